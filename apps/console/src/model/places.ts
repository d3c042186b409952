export const NODE_WIDTH = 196;
export const NODE_HEIGHT = 46;

/** Where a node stands: its upper left corner, in pixels. */
export interface Placed {
  readonly id: string;
  readonly x: number;
  readonly y: number;
}
