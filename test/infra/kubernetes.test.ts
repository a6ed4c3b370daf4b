/** Kubernetes' manifests: what pods may do, and whom they reach. */
import { Script } from "node:vm";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { filesIn, textOf, yamlDocumentsOf } from "./support/files.js";
import { isPinned } from "./support/pinned.js";
import { isThere, runTool } from "./support/run-tool.js";

const BASE = "infra/kubernetes/base";
const SIMULATED = "infra/kubernetes/simulated";

const labels = z.record(z.string(), z.string());
const selector = z.strictObject({ matchLabels: labels.optional() });
const probe = z.object({
  httpGet: z.strictObject({ path: z.string(), port: z.string() }).optional(),
  exec: z.strictObject({ command: z.array(z.string()) }).optional(),
  tcpSocket: z.strictObject({ port: z.string() }).optional(),
});

const container = z.object({
  name: z.string(),
  image: z.string(),
  ports: z.array(z.strictObject({ name: z.string(), containerPort: z.int() })),
  securityContext: z.strictObject({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.strictObject({ drop: z.tuple([z.literal("ALL")]) }),
  }),
  resources: z.object({
    requests: z.object({ cpu: z.string(), memory: z.string() }),
    limits: z.object({ memory: z.string() }),
  }),
  startupProbe: probe.optional(),
  livenessProbe: probe,
  readinessProbe: probe,
  env: z.never().optional(),
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string(), readOnly: z.boolean().default(false) })),
});

const workload = z.object({
  kind: z.literal("StatefulSet"),
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    serviceName: z.string(),
    replicas: z.int(),
    selector,
    template: z.object({
      metadata: z.object({ labels }),
      spec: z.object({
        automountServiceAccountToken: z.literal(false),
        hostNetwork: z.never().optional(),
        hostPID: z.never().optional(),
        securityContext: z.object({
          runAsNonRoot: z.literal(true),
          runAsUser: z.int().positive(),
          seccompProfile: z.strictObject({ type: z.literal("RuntimeDefault") }),
        }),
        containers: z.array(container).length(1),
        volumes: z.array(z.object({ name: z.string(), hostPath: z.never().optional() })).default([]),
      }),
    }),
    volumeClaimTemplates: z.array(z.object({ metadata: z.object({ name: z.string() }) })).default([]),
  }),
});

const peer = z.strictObject({
  podSelector: selector.optional(),
  namespaceSelector: selector.optional(),
  ipBlock: z.strictObject({ cidr: z.string(), except: z.array(z.string()) }).optional(),
});
const ports = z.array(z.strictObject({ port: z.int(), protocol: z.string() }));

const policy = z.object({
  kind: z.literal("NetworkPolicy"),
  metadata: z.object({ name: z.string() }),
  spec: z.strictObject({
    podSelector: selector,
    policyTypes: z.tuple([z.literal("Ingress"), z.literal("Egress")]),
    ingress: z.array(z.strictObject({ from: z.array(peer), ports: ports.optional() })).default([]),
    egress: z.array(z.strictObject({ to: z.array(peer), ports: ports.optional() })).default([]),
  }),
});

const service = z.object({
  kind: z.literal("Service"),
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    type: z.never().optional(),
    publishNotReadyAddresses: z.boolean().default(false),
    selector: labels,
    ports: z.array(z.object({ port: z.int(), targetPort: z.string() })),
  }),
});

const budget = z.object({
  kind: z.literal("PodDisruptionBudget"),
  spec: z.object({ maxUnavailable: z.int(), selector }),
});

const manifests = [BASE, SIMULATED]
  .flatMap((folder) => filesIn(folder, ".yaml"))
  .filter((path) => !path.endsWith("kustomization.yaml"))
  .flatMap(yamlDocumentsOf);
const kind = z.object({ kind: z.string() });
const ofKind = <T>(name: string, schema: z.ZodType<T>): readonly T[] =>
  manifests.filter((one) => kind.parse(one).kind === name).map((one) => schema.parse(one));

const workloads = ofKind("StatefulSet", workload).map((one) => {
  const [only] = one.spec.template.spec.containers;
  if (only === undefined) throw new Error("expected a container");
  return { name: one.metadata.name, ...one.spec, pod: one.spec.template.spec, container: only };
});
const policies = new Map(ofKind("NetworkPolicy", policy).map((one) => [one.metadata.name, one.spec]));
const services = ofKind("Service", service);

const { version } = z.object({ version: z.string() }).parse(JSON.parse(textOf("package.json")));

const NAME = "app.kubernetes.io/name";
const named = (name: string) => ({ podSelector: { matchLabels: { [NAME]: name } } });

describe("Kubernetes' manifests", () => {
  it("have relayers, Redis and, for trying out, an enclave", () => {
    expect(workloads.map(({ name, replicas }) => [name, replicas])).toEqual([
      ["redis", 1],
      ["relayer", 2],
      ["enclave", 1],
    ]);
    const [namespace] = ofKind("Namespace", z.object({ metadata: z.object({ labels }) }));
    expect(namespace?.metadata.labels["pod-security.kubernetes.io/enforce"]).toBe("restricted");
  });

  it.each(workloads)(
    "$name writes to its volumes alone, and reads secrets as files",
    ({ pod, container: one, ...rest }) => {
      const kept = [...rest.volumeClaimTemplates.map(({ metadata }) => metadata.name), "tmp"];
      const known = [...kept, ...pod.volumes.map(({ name }) => name)];
      for (const { name, readOnly } of one.volumeMounts) {
        expect(known).toContain(name);
        expect(readOnly, name).toBe(!kept.includes(name));
      }
      expect(rest.template.metadata.labels).toMatchObject(rest.selector.matchLabels ?? { none: "" });
    },
  );

  it.each(workloads)("$name is an image by its digest, or one of this version", ({ container: { image } }) => {
    expect(isPinned(image) || /^pdiem\/[a-z-]+:/.test(image)).toBe(true);
    if (image.startsWith("pdiem/")) expect(image.split(":")[1]).toBe(version);
  });

  it("probe what each program answers", () => {
    const paths = Object.fromEntries(
      workloads.map(({ name, container: { startupProbe, livenessProbe, readinessProbe } }) => [
        name,
        [startupProbe, livenessProbe, readinessProbe].map((one) => one?.httpGet?.path),
      ]),
    );
    // A relayer that isn't ready isn't restarted for it.
    expect(paths.relayer).toEqual(["/healthz", "/healthz", "/readyz"]);
    // Its door asks for a token, which no probe by HTTP could show.
    expect(paths.enclave).toEqual([undefined, undefined, undefined]);
    const asking = workloads.find(({ name }) => name === "enclave")?.container;
    for (const one of [asking?.startupProbe, asking?.readinessProbe]) {
      const [program, flag, script = ""] = one?.exec?.command ?? [];
      expect([program, flag]).toEqual(["node", "--eval"]);
      expect(() => new Script(script)).not.toThrow();
      expect(script).toContain('"/run/secrets/enclave_token"');
    }
    expect(asking?.livenessProbe.tcpSocket?.port).toBe("http");
    const used = workloads.flatMap(({ container: one }) =>
      [one.livenessProbe, one.readinessProbe]
        .flatMap(({ httpGet, tcpSocket }) => [httpGet?.port, tcpSocket?.port].filter((port) => port !== undefined))
        .filter((port) => !one.ports.some(({ name }) => name === port)),
    );
    expect(used).toEqual([]);
  });

  it("keep a budget for what there is more than one of", () => {
    const budgets = ofKind("PodDisruptionBudget", budget).map(({ spec }) => spec);
    const many = workloads.filter(({ replicas }) => replicas > 1);
    expect(budgets.map(({ selector: { matchLabels } }) => matchLabels)).toEqual(
      many.map(({ selector: { matchLabels } }) => matchLabels),
    );
    for (const { maxUnavailable } of budgets) expect(maxUnavailable).toBe(1);
  });

  it("have services that lead to a port of theirs, and none out of the cluster", () => {
    for (const { metadata, spec } of services) {
      const found = workloads.find(({ name }) => name === spec.selector[NAME]);
      const open = found?.container.ports.map(({ name, containerPort }) => [name, containerPort]);
      expect(open, metadata.name).toEqual(spec.ports.map(({ port, targetPort }) => [targetPort, port]));
    }
    for (const { serviceName } of workloads)
      expect(services.map(({ metadata }) => metadata.name)).toContain(serviceName);
  });
});

const DOORS = [
  ["enclave", 8091],
  ["redis", 6379],
] as const;

describe("network policies", () => {
  it("refuse whatever no other allows, in both directions", () => {
    expect(policies.get("nothing")).toEqual({
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
      ingress: [],
      egress: [],
    });
    expect([...policies.keys()].sort()).toEqual(["enclave", "nothing", "redis", "relayer"]);
  });

  it("let relayers alone reach an enclave and Redis, and these nobody", () => {
    for (const [name, port] of DOORS) {
      const spec = policies.get(name);
      expect(spec?.podSelector).toEqual(named(name).podSelector);
      expect(spec?.ingress).toEqual([{ from: [named("relayer")], ports: [{ port, protocol: "TCP" }] }]);
      expect(spec?.egress).toEqual([]);
    }
    for (const [name, port] of DOORS)
      expect(policies.get("relayer")?.egress).toContainEqual({
        to: [named(name)],
        ports: [{ port, protocol: "TCP" }],
      });
  });

  it("let a relayer be reached by marked namespaces and by relayers, and reach no cloud's metadata", () => {
    const spec = policies.get("relayer");
    expect(spec?.ingress.flatMap(({ from }) => from)).toEqual([
      { namespaceSelector: { matchLabels: { "pdiem/reaches-relayers": "true" } } },
      named("relayer"),
    ]);
    const blocks = (spec?.egress ?? []).flatMap(({ to }) => to).flatMap(({ ipBlock }) => ipBlock ?? []);
    expect(blocks.find(({ cidr }) => cidr === "0.0.0.0/0")?.except).toContain("169.254.0.0/16");
  });
});

it("Redis is configured as anywhere else", () => {
  expect(textOf(`${BASE}/redis.conf`)).toBe(textOf("infra/redis/redis.conf"));
});

if (!isThere("kubectl", "version", "--client")) it.skip("kubectl isn't here: nothing is put together by kustomize");
else
  it.each([BASE, SIMULATED])("%s is put together by kustomize", (folder) => {
    const { status, text } = runTool("kubectl", ["kustomize", folder]);
    expect(status, text).toBe(0);
    expect(text).toContain("kind: NetworkPolicy");
    expect(text.includes("name: enclave-")).toBe(false);
    expect(/^kind: StatefulSet/gm.exec(text)).not.toBeNull();
  });
