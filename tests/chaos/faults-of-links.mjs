/** How long until a dead connection must have been noticed, and a little more. */
const NOTICED_MS = 12_000;

const disturbed = (name, disturb) => ({
  row: 7,
  name,
  on: 'links',
  lastsMs: [10_000, 30_000],
  quietMs: NOTICED_MS,
  async strike({ cluster, random }) {
    const [target, proxy] = random.pick([...cluster.links]);
    disturb(proxy);
    return { target, heal: () => proxy.pass() };
  },
});

export const linkFaults = [
  disturbed('connections cut', (proxy) => proxy.cut()),
  disturbed('connections reset', (proxy) => proxy.reset()),
  disturbed('connections half open', (proxy) => proxy.halfOpen()),
  disturbed('a black hole', (proxy) => proxy.blackHole()),
];
