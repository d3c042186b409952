/**
 * The graphs of real workflows of science, as the WfCommons project (https://wfcommons.org) records them: which task
 * comes after which, by the shape that such a workflow has and the numbers that a recorded run of it had. Nothing else of
 * a recording is here: `npm run wfcommons` runs whole ones.
 */
export type Graph = Readonly<Record<string, readonly string[]>>;

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Images of the sky are projected, fitted to each other two by two, corrected and added, in bands, and shown together. */
function montage(bands: number, images: number): Graph {
  const graph: Record<string, string[]> = {};
  for (const band of upTo(bands)) {
    const of = (task: string) => `${task}_${band}`;
    const fits: string[] = [];
    for (const image of upTo(images)) {
      graph[of(`project${image}`)] = [];
      for (const other of upTo(image)) {
        fits.push(of(`fit${other}_${image}`));
        graph[fits.at(-1)!] = [of(`project${other}`), of(`project${image}`)];
      }
    }
    graph[of('concat')] = fits;
    graph[of('model')] = [of('concat')];
    const corrected = upTo(images).map((image) => of(`correct${image}`));
    for (const image of upTo(images)) graph[corrected[image]!] = [of(`project${image}`), of('model')];
    graph[of('table')] = corrected;
    graph[of('add')] = [...corrected, of('table')];
    graph[of('show')] = [of('add')];
  }
  graph['show'] = upTo(bands).map((band) => `add_${band}`);
  return graph;
}

/** Of each chromosome, what many individuals have is merged and compared within each of several populations. */
function genomes(chromosomes: number, individuals: number, populations: number): Graph {
  const graph: Record<string, string[]> = {};
  for (const chromosome of upTo(chromosomes)) {
    const of = (task: string) => `${task}_${chromosome}`;
    const parts = upTo(individuals).map((individual) => of(`individual${individual}`));
    for (const part of parts) graph[part] = [];
    graph[of('merge')] = parts;
    graph[of('sift')] = [];
    for (const population of upTo(populations)) {
      graph[of(`overlap${population}`)] = [of('sift'), of('merge')];
      graph[of(`frequency${population}`)] = [of('sift'), of('merge')];
    }
  }
  return graph;
}

/** What a sequencer read is split, filtered, converted and mapped in lanes, and merged again. */
function epigenomics(lanes: number): Graph {
  const graph: Record<string, string[]> = { split: [] };
  const steps = ['filter', 'convert', 'pack', 'map'];
  for (const lane of upTo(lanes)) {
    for (const [index, step] of steps.entries())
      graph[`${step}${lane}`] = [index === 0 ? 'split' : `${steps[index - 1]!}${lane}`];
  }
  graph['merge'] = upTo(lanes).map((lane) => `map${lane}`);
  return { ...graph, merge_all: ['merge'], chromosome: ['merge_all'], pileup: ['chromosome'] };
}

/** Archived reads are fetched, each aligned to the one index, and merged. */
function archive(reads: number): Graph {
  const graph: Record<string, string[]> = { index: [] };
  for (const read of upTo(reads)) {
    graph[`fetch${read}`] = [];
    graph[`align${read}`] = ['index', `fetch${read}`];
  }
  graph['merge'] = upTo(reads).map((read) => `align${read}`);
  return graph;
}

/** Two genomes of bacteria are assembled and annotated, and what was found is reported. */
const BACTERIA: Graph = {
  quality0: [],
  trim0: [],
  quality1: [],
  trim1: [],
  assemble0: ['trim0'],
  assemble1: ['trim1'],
  annotate0: ['assemble0'],
  assess: ['assemble0', 'assemble1'],
  annotate1: ['assemble1'],
  versions: ['quality0', 'trim0', 'assemble0', 'annotate0', 'assess'],
  report: ['quality0', 'quality1', 'versions'],
};

/** As large as they were recorded: 58, 52, 41, 22 and 11 tasks. */
export const RECORDED: readonly Graph[] = [montage(3, 4), genomes(2, 10, 7), epigenomics(9), archive(10), BACTERIA];

/** The same shapes, small enough to be had often. */
export const SMALL: readonly Graph[] = [montage(1, 3), genomes(1, 4, 2), epigenomics(3), archive(4), BACTERIA];
