import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';

const text = (path: string) => readFileSync(path, 'utf8');

interface Service {
  readonly image: string;
  readonly build?: object;
  readonly pull_policy?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
}
const { services } = parse(text('docker-compose.yml'), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
};
const ours = Object.entries(services).filter(([, { image }]) => image === 'orrery:latest');

interface Container {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly env?: readonly { readonly name: string }[];
  readonly ports?: readonly { readonly containerPort: number }[];
  readonly resources: unknown;
  readonly securityContext: unknown;
}
interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly replicas?: number;
    readonly template: {
      readonly spec: { readonly containers: readonly [Container]; readonly securityContext: { runAsNonRoot: boolean } };
    };
  };
}
const base = 'k8s/base';
const kustomization = (folder: string): unknown => parse(text(`${folder}/kustomization.yaml`));
const resourcesIn = (folder: string) => readdirSync(folder).filter((name) => name !== 'kustomization.yaml');
const manifestsIn = (folder: string) =>
  resourcesIn(folder).flatMap((name) =>
    parseAllDocuments(text(`${folder}/${name}`)).map((document) => document.toJS() as Manifest),
  );
const manifests = manifestsIn(base);
const components = readdirSync('k8s/components').map((name) => `k8s/components/${name}`);
const deployments = manifests.filter(({ kind }) => kind === 'Deployment');
const pods = manifests.filter(({ kind }) => kind === 'Deployment' || kind === 'Job');
const containersOf = (of: readonly Manifest[]) => of.map(({ spec }) => spec!.template.spec.containers[0]);
const processes = containersOf(deployments);

/** A resource as a library of schemas has it. */
interface Model {
  validate(): void;
}
interface Scaling {
  readonly scaleTargetRef: { readonly name: string };
  readonly triggers: readonly [{ readonly metadata: Readonly<Record<string, string>> }];
}

const settings = manifests.find(({ kind }) => kind === 'ConfigMap')!.data!;

/** The settings that there are. */
const known = new Set([...text('.env.example').matchAll(/^(?:# )?([A-Z][A-Z_]+)=/gm)].map(([, name]) => name!));
const isKnown = (name: string) => known.has(name) || name.startsWith('OTEL_');

describe('docker-compose.yml', () => {
  it('sets what is a setting, and nothing else', () => {
    const set = ours.flatMap(([, { environment = {} }]) => Object.keys(environment));
    expect(set.filter((name) => !isKnown(name))).toEqual([]);
  });

  it('starts every process that there is, each from its bundle', () => {
    expect(ours.map(([name, { command }]) => [name, command!.at(-1)])).toEqual([
      ['api', 'dist/api.mjs'],
      ['engine', 'dist/engine.mjs'],
      ['worker', 'dist/worker.mjs'],
    ]);
    expect(ours.filter(([name]) => !existsSync(`apps/${name}/src/main.ts`))).toEqual([]);
  });

  it('mounts files that are there', () => {
    const mounted = Object.values(services).flatMap(({ volumes = [] }) => volumes.map((said) => said.split(':')[0]!));
    const missing = mounted.filter((path) => path.startsWith('./') && !existsSync(path));
    expect(missing).toEqual([]);
  });

  it('looks at the port that a process is told to take', () => {
    for (const [, { environment = {}, healthcheck }] of ours) {
      const port = environment['API_PORT'] ?? environment['ENGINE_PORT'];
      if (healthcheck) expect(healthcheck.test.join(' ')).toContain(`:${port}/readyz`);
    }
  });

  it('has the image of all processes built by one of them, and asked for nowhere', () => {
    expect(ours.filter(([, { build }]) => build).map(([name]) => name)).toEqual(['api']);
    expect(ours.filter(([, said]) => !said.build && said.pull_policy !== 'never')).toEqual([]);
  });

  it('names a release of every image of others', () => {
    const others = Object.values(services).map(({ image }) => image.split(':'));
    expect(others.filter(([name, tag]) => name !== 'orrery' && (tag === undefined || tag === 'latest'))).toEqual([]);
  });
});

describe('the image', () => {
  const dockerfile = text('deploy/Dockerfile');

  it('has the bundle of every process in it, and runs as nobody in particular', () => {
    expect(dockerfile).toContain('tools/build.mjs api engine worker');
    expect(dockerfile).toMatch(/^USER 10001$/m);
  });

  it('is made of what is not left out of its context', () => {
    const sent = text('.dockerignore')
      .match(/^!.+$/gm)!
      .map((line) => line.slice(1));
    expect(sent.filter((path) => !existsSync(path))).toEqual([]);
  });
});

describe('the manifests', () => {
  it.each([base, ...components])('in %s are all in its kustomization', (folder) => {
    const { resources } = kustomization(folder) as { readonly resources: readonly string[] };
    expect([...resources].sort()).toEqual(resourcesIn(folder).sort());
  });

  it('have their image named by an overlay, and say of each resource of a component where it belongs', () => {
    const { images } = kustomization('k8s/overlays/example') as { readonly images: readonly { name: string }[] };
    const named = images.map(({ name }) => name);
    expect(containersOf(pods).filter(({ image }) => !named.includes(image))).toEqual([]);
    const { namespace } = kustomization(base) as { readonly namespace: string };
    const spaces = components.flatMap(manifestsIn).map(({ metadata }) => metadata.namespace);
    expect(spaces).toEqual(spaces.map(() => namespace));
  });

  it('leave the number of what is scaled to what scales it', () => {
    const scaled = manifests
      .filter(({ kind }) => kind === 'HorizontalPodAutoscaler')
      .map(({ metadata }) => metadata.name);
    const fixed = deployments.filter(({ spec }) => spec!.replicas !== undefined).map(({ metadata }) => metadata.name);
    expect(scaled).toHaveLength(2);
    expect(fixed.filter((name) => scaled.includes(name))).toEqual([]);
  });

  it.each([...manifests, ...components.flatMap(manifestsIn)])(
    '$kind $metadata.name keeps to its schema',
    async (manifest) => {
      const { apiVersion, kind } = manifest;
      const library = apiVersion.startsWith('keda.sh/') ? '@kubernetes-models/keda' : 'kubernetes-models';
      const kinds = (await import(`${library}/${apiVersion}`)) as Record<string, new (said: Manifest) => Model>;
      expect(() => new kinds[kind]!(manifest).validate()).not.toThrow();
    },
  );

  it('scale by a figure that there is, and by as many tasks as a worker does', () => {
    const [{ spec }] = manifestsIn('k8s/components/keda') as unknown as [{ readonly spec: Scaling }];
    const [{ metadata }] = spec.triggers;
    expect(text('docs/metrics.md')).toContain(`\`${/orrery_[a-z_]+/.exec(metadata['query']!)![0]}\``);
    expect(text('.env.example')).toContain(`WORKER_SLOTS=${metadata['threshold']!}\n`);
    expect(deployments.map(({ metadata: { name } }) => name)).toContain(spec.scaleTargetRef.name);
  });

  it('set what is a setting, and nothing else', () => {
    const set = [
      ...Object.keys(settings),
      ...containersOf(pods).flatMap(({ env = [] }) => env.map(({ name }) => name)),
    ];
    expect(set.filter((name) => !isKnown(name))).toEqual([]);
  });

  it('run every process, each from its bundle and at its port', () => {
    expect(processes.map(({ name, command }) => [name, command.at(-1)])).toEqual(
      ours.map(([name]) => [name, `dist/${name}.mjs`]),
    );
    const ports = processes.flatMap(({ ports: said = [] }) => said.map(({ containerPort }) => String(containerPort)));
    expect(ports).toEqual([settings['API_PORT'], settings['ENGINE_PORT']]);
  });

  it('give every container what the contract says, and no more rights than it needs', () => {
    for (const { resources, securityContext } of containersOf(pods)) {
      expect(resources).toEqual({
        requests: { memory: '256Mi', cpu: '100m' },
        limits: { memory: '512Mi', cpu: '500m' },
      });
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    }
    expect(pods.filter(({ spec }) => !spec!.template.spec.securityContext.runAsNonRoot)).toEqual([]);
  });
});

describe('what watches', () => {
  it('goes by figures that there are', () => {
    const page = text('docs/metrics.md');
    const watched = text('deploy/prometheus/alerts.yml') + text('deploy/grafana/dashboards/orrery.json');
    const names = [...watched.matchAll(/\b(?:orch|orrery|task)_[a-z_]+/g)].map(([name]) => name);
    const figures = new Set(names.map((name) => name.replace(/_(?:bucket|sum|count)$/, '')));
    expect(figures.size).toBeGreaterThan(10);
    expect([...figures].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});
