import type { TaskStatus } from '../api/types.js';
import { NODE_WIDTH } from '../model/places.js';
import { LOOKS, STATUS_ORDER, type Tone } from '../model/status.js';
import type { NodeData } from './graph-node.js';

/** A node with where it stands, in pixels. */
export interface Card extends NodeData {
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

/** What is drawn. An edge is two cards, by their places in the list. */
export interface Scene {
  readonly cards: readonly Card[];
  readonly edges: readonly (readonly [from: number, to: number])[];
}

/** What of a scene is seen: where its corner is, how large everything is, and how large the canvas is, in pixels. */
export interface Sight {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
  readonly width: number;
  readonly height: number;
}

export interface Paint {
  readonly tones: { readonly [tone in Tone]: string };
  readonly text: string;
  readonly soft: string;
  readonly edge: string;
  readonly card: string;
  readonly accent: string;
  readonly font: string;
}

/** From here on names can be read; below, a task is a patch of its colour. */
const READABLE_ZOOM = 0.55;
const DIM = 0.18;
const PENDING = 0.3;
const EDGES = 0.45;
/** So many edges are drawn also where no name can be read. */
const EDGES_FROM_AFAR = 2_000;
const NAME_CHARACTERS = 25;
/** Between the edge of a card and its words. */
const INSIDE = 14;

type Pen = CanvasRenderingContext2D;

/** Draws what is seen, and nothing else. */
export function drawGraph(pen: Pen, scene: Scene, sight: Sight, paint: Paint): void {
  const { x, y, zoom, width, height } = sight;
  const scale = pen.canvas.width / width;
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.clearRect(0, 0, pen.canvas.width, pen.canvas.height);
  pen.setTransform(scale * zoom, 0, 0, scale * zoom, scale * x, scale * y);
  const bounds = { left: -x / zoom, top: -y / zoom, right: (width - x) / zoom, bottom: (height - y) / zoom };
  const seen = seenOf(scene, bounds);
  const isReadable = zoom >= READABLE_ZOOM;
  drawEdges(pen, scene, isReadable || scene.edges.length <= EDGES_FROM_AFAR ? seen : [], { paint, zoom });
  if (!isReadable) drawPatches(pen, scene, seen, paint);
  else for (const at of seen) drawCard(pen, scene.cards[at]!, paint);
  for (const at of seen) if (scene.cards[at]!.isSelected) drawFrame(pen, scene.cards[at]!, { paint, zoom });
}

interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

function seenOf({ cards }: Scene, { left, top, right, bottom }: Bounds): readonly number[] {
  const seen: number[] = [];
  for (const [at, { x, y, height }] of cards.entries()) {
    if (x < right && x + NODE_WIDTH > left && y < bottom && y + height > top) seen.push(at);
  }
  return seen;
}

interface Manner {
  readonly paint: Paint;
  readonly zoom: number;
}

/** The edges of what is seen, and always those that the run's length came from. */
function drawEdges(pen: Pen, { cards, edges }: Scene, seen: readonly number[], { paint, zoom }: Manner): void {
  const isSeen = new Uint8Array(cards.length);
  for (const at of seen) isSeen[at] = 1;
  const [plain, critical] = [new Path2D(), new Path2D()];
  for (const [from, to] of edges) {
    const isCritical = cards[from]!.isCritical && cards[to]!.isCritical;
    if (isCritical) addCurve(critical, cards[from]!, cards[to]!);
    else if (isSeen[from] || isSeen[to]) addCurve(plain, cards[from]!, cards[to]!);
  }
  pen.globalAlpha = EDGES;
  pen.strokeStyle = paint.edge;
  pen.lineWidth = Math.max(1.2, 0.6 / zoom);
  pen.stroke(plain);
  pen.globalAlpha = 1;
  pen.strokeStyle = paint.soft;
  pen.lineWidth = Math.max(2.2, 1.4 / zoom);
  pen.stroke(critical);
}

function addCurve(path: Path2D, from: Card, to: Card): void {
  const [startX, startY] = [from.x + NODE_WIDTH, from.y + from.height / 2];
  const endY = to.y + to.height / 2;
  const bend = Math.max(40, Math.abs(to.x - startX) / 2);
  path.moveTo(startX, startY);
  path.bezierCurveTo(startX + bend, startY, to.x - bend, endY, to.x, endY);
}

const isGhost = ({ status }: Card) => status === undefined || status === 'pending';
const toneOf = ({ status }: Card): Tone => (status === undefined ? 'idle' : LOOKS[status].tone);
const alphaOf = ({ isDim }: Card) => (isDim ? DIM : 1);

/** Patches of one colour are one path: thousands take no longer than a few. A group has a part for each state. */
function drawPatches(pen: Pen, { cards }: Scene, seen: readonly number[], paint: Paint): void {
  const paths = new Map<string, Path2D>();
  for (const at of seen) {
    const { x, y, height, isDim } = cards[at]!;
    for (const { status, left, width } of partsOf(cards[at]!, NODE_WIDTH)) {
      const alpha = Math.min(isDim ? DIM : 1, status === 'pending' ? PENDING : 1);
      const name = `${LOOKS[status].tone} ${alpha}`;
      const path = paths.get(name) ?? new Path2D();
      paths.set(name, path);
      path.rect(x + left, y, width, height);
    }
  }
  for (const [name, path] of paths) {
    const [tone, alpha] = name.split(' ');
    pen.globalAlpha = Number(alpha);
    pen.fillStyle = paint.tones[tone as Tone];
    pen.fill(path);
  }
  pen.globalAlpha = 1;
}

interface Part {
  readonly status: TaskStatus;
  readonly left: number;
  readonly width: number;
}

/** How much of a width each state has. */
function partsOf({ status, counts, total }: Card, width: number): readonly Part[] {
  if (total === 1) return [{ status: status ?? 'pending', left: 0, width }];
  const parts: Part[] = [];
  let left = 0;
  for (const each of STATUS_ORDER) {
    const part = (width * (counts[each] ?? 0)) / total;
    if (part > 0) parts.push({ status: each, left, width: part });
    left += part;
  }
  return parts;
}

function drawCard(pen: Pen, card: Card, paint: Paint): void {
  const { x, y, height, label, type, status, total } = card;
  const tone = paint.tones[toneOf(card)];
  pen.globalAlpha = alphaOf(card);
  pen.fillStyle = paint.card;
  pen.strokeStyle = status === 'failed' ? tone : paint.edge;
  pen.lineWidth = 1;
  pen.setLineDash(isGhost(card) ? [4, 3] : []);
  pen.beginPath();
  pen.roundRect(x, y, NODE_WIDTH, height, 6);
  pen.fill();
  pen.stroke();
  pen.setLineDash([]);
  pen.fillStyle = tone;
  pen.fillRect(x, y + 6, 3, height - 12);
  pen.fillStyle = isGhost(card) ? paint.soft : paint.text;
  pen.font = `540 13px ${paint.font}`;
  pen.fillText(cut(label), x + INSIDE, y + 20);
  pen.fillStyle = tone;
  pen.font = `450 10.5px ${paint.font}`;
  pen.fillText(
    total > 1 ? `${total.toLocaleString('en')} × ${type}` : status ? LOOKS[status].word : type,
    x + INSIDE,
    y + 36,
  );
  if (total > 1) drawShares(pen, card, paint);
  pen.globalAlpha = 1;
}

/** How many of a group are in which state, as parts of a bar. */
function drawShares(pen: Pen, card: Card, paint: Paint): void {
  for (const { status, left, width } of partsOf(card, NODE_WIDTH - 2 * INSIDE)) {
    pen.globalAlpha = status === 'pending' ? PENDING : 1;
    pen.fillStyle = paint.tones[LOOKS[status].tone];
    pen.fillRect(card.x + INSIDE + left, card.y + card.height - 12, width, 4);
  }
}

const cut = (label: string) => (label.length > NAME_CHARACTERS ? `${label.slice(0, NAME_CHARACTERS - 1)}…` : label);

function drawFrame(pen: Pen, { x, y, height }: Card, { paint, zoom }: Manner): void {
  const wide = Math.max(2, 2 / zoom);
  pen.strokeStyle = paint.accent;
  pen.lineWidth = wide;
  pen.strokeRect(x - wide, y - wide, NODE_WIDTH + 2 * wide, height + 2 * wide);
}
