import type { Graph } from '../model/collapse.js';
import { layOut } from '../model/layout.js';

// A graph comes, and where its nodes stand goes back; the page stays free meanwhile.
addEventListener('message', ({ data }: MessageEvent<Graph>) => {
  postMessage(layOut(data));
});
