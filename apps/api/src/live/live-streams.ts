import { type DocumentReader, LIVE_LIMITS } from '@orrery/application';
import { type LiveFrame, type LiveServerFrame, liveFrame } from '../contract/live.js';
import { FrameSessions } from '../http/frame-sessions.js';
import type { FrameSocket } from '../http/frame-socket.js';
import { LiveSession, type LiveSessionParts } from './live-session.js';

/** The sessions of who listens to the live feed over sockets. */
export class LiveStreams extends FrameSessions<LiveFrame, LiveServerFrame, LiveSession> {
  protected override readonly silentMs = LIVE_LIMITS.silentMs;

  constructor(
    private readonly live: LiveSessionParts,
    documents: DocumentReader,
  ) {
    super(liveFrame, { clock: live.clock, bugs: live.bugs, documents });
  }

  protected override open(_hello: LiveFrame, socket: FrameSocket<LiveServerFrame>, connectionId: string): LiveSession {
    const session = new LiveSession(socket, connectionId, this.live);
    session.start();
    return session;
  }
}
