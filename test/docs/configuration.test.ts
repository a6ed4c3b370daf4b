import { exampleAttestation, genuineConfig } from "@pdiem/bridge/testing/attestation";
import { HELD_BY_THREE } from "@pdiem/bridge/testing/holders";
import { formatBridgeConfig } from "@pdiem/bridge-client/config/bridge-config-json";
import { BRIDGE_WORDS } from "@pdiem/relayer/cli/init/bridge-words";
import { withTables } from "@pdiem/relayer/cli/init/configuration-page";
import { relayerWords } from "@pdiem/relayer/cli/init/relayer-words";
import { expect, it } from "vitest";
import { readText } from "./markdown.js";

const page = readText("docs/configuration.md") ?? "";

/** Paths of all fields of a JSON value; items of lists have the list's own. */
const pathsIn = (value: unknown, path = ""): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap((item) => pathsIn(item, path));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const place = path === "" ? name : `${path}.${name}`;
    return [place, ...pathsIn(inner, place)];
  });
};

it("the page of the configuration is as `npm run docs:configuration` writes it", () => {
  expect(page).toBe(withTables(page));
});

it("each field of the relayer's schema is described, with its default and range", () => {
  const words = relayerWords();
  expect(words.filter(({ meaning }) => meaning === "").map(({ field }) => field)).toEqual([]);
  expect(words.find(({ field }) => field === "redis.prefix")).toMatchObject({ fallback: "pdiem" });
  expect(words.find(({ field }) => field === "diem.urls")).toMatchObject({ fallback: undefined });
  expect(words.find(({ field }) => field === "api.port")).toMatchObject({ fallback: "8090", range: "0 to 65535" });
});

it("each field of a bridge's configuration is described, and no other", () => {
  const { genoa, turin } = exampleAttestation.sevSnp?.minimumTcb ?? {};
  const attestation = {
    ...exampleAttestation,
    ...(exampleAttestation.sevSnp === undefined
      ? {}
      : { sevSnp: { ...exampleAttestation.sevSnp, minimumTcb: { milan: genoa, genoa, turin } } }),
  };
  const { holders } = HELD_BY_THREE;
  const fields = new Set(pathsIn(formatBridgeConfig({ ...genuineConfig, attestation, holders })));
  const described = BRIDGE_WORDS.map(({ field }) => field);
  expect([...fields].filter((field) => !described.includes(field))).toEqual([]);
  // A profile is pinned in some configurations alone.
  expect(described.filter((field) => !fields.has(field) && field !== "parachain.profile")).toEqual([]);
});
