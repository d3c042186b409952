/** Red, green and blue of linear light, each from 0 to 1. */
export type Colour = readonly [number, number, number];

const NAMED = /--([\w-]+):\s*light-dark\(oklch\(([^)]+)\),\s*oklch\(([^)]+)\)\)/g;

/** The colours of a style sheet of tokens, by their names: those of the light theme, and those of the dark one. */
export function tokensOf(css: string): readonly [ReadonlyMap<string, Colour>, ReadonlyMap<string, Colour>] {
  const found = [...css.matchAll(NAMED)];
  const theme = (group: 2 | 3) => new Map(found.map((match) => [match[1]!, fromOklch(match[group]!)] as const));
  return [theme(2), theme(3)];
}

/** `0.5 0.1 72`: lightness, chroma and hue, as Björn Ottosson defined them. */
function fromOklch(text: string): Colour {
  const [lightness = 0, chroma = 0, hue = 0] = text.trim().split(/\s+/).map(Number);
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const shown = (value: number) => Math.min(1, Math.max(0, value));
  return [
    shown(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    shown(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    shown(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

const luminance = ([red, green, blue]: Colour) => 0.2126 * red + 0.7152 * green + 0.0722 * blue;

/** How well two colours can be told apart, from 1 to 21, as WCAG 2.2 counts it. */
export function contrast(one: Colour, other: Colour): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}
