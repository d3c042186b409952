import { type Line, cut, harmless, pad, piece, widthOf } from '../output/line.js';
import { humanDuration } from '../output/times.js';
import { barLine, countsLine, progressOf } from './progress.js';
import type { RunPicture } from './run-picture.js';
import { WORKFLOW_INKS } from './status-words.js';
import { treeLines } from './tree.js';

/** What a run is called: its definition, with its version if that was registered. */
export function titleOf({ definition: { name, version } }: RunPicture['run']): string {
  return version === null ? name : `${name}@${version}`;
}

/** A run on a terminal of this size: never higher, never wider. Its last row stays empty, for the cursor. */
export function screenLines(
  picture: RunPicture,
  { rows, columns }: { readonly rows: number; readonly columns: number },
): Line[] {
  const head = headLines(picture, columns);
  const room = { rows: Math.max(1, rows - 1 - head.length), columns, now: picture.time };
  return [...head, ...treeLines(picture.tasks, room)].slice(0, Math.max(1, rows - 1));
}

function headLines(picture: RunPicture, columns: number): Line[] {
  const { run, time } = picture;
  const progress = progressOf(picture);
  const took = humanDuration(time - Date.parse(run.startedAt));
  const title = cut(harmless(titleOf(run)), Math.max(8, columns - run.status.length - took.length - 6));
  const left = Math.max(2, columns - widthOf(title) - run.status.length - took.length - 2);
  const why = run.error ?? undefined;
  return [
    [
      piece(title, 'bold'),
      piece('  '),
      piece(run.status, WORKFLOW_INKS[run.status]),
      piece(pad('', Math.min(left, 4))),
      piece(took, 'dim'),
    ],
    [piece(run.id, 'dim')],
    barLine(progress, columns),
    countsLine(progress),
    ...(why ? [[piece(`${harmless(why.code)}: ${harmless(why.message)}`, 'red')]] : []),
    ...(run.waitingFor && run.endedAt === null && !why ? [[piece(harmless(run.waitingFor), 'yellow')]] : []),
    [],
  ];
}
