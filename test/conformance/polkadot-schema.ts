/**
 * What the fixtures of a Polkadot folder are made of. Fields needn't all be there; those of
 * unknown names are left alone.
 */

import type { SetEnd } from "@pdiem/chain-formats/polkadot/finality/light-sync-state";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { decode } from "@pdiem/light-client/codec/scale";
import type { Authority } from "@pdiem/light-client/polkadot/finality/authority-set";
import { type Header, header, headerHash } from "@pdiem/light-client/polkadot/finality/header";
import { z } from "zod";
import { asText, type ConformanceCase } from "./conformance-case.js";

export const hex = z.string().transform((text) => fromHex(text));
export const bytesList = z.array(hex);
export const u64 = z.union([z.number().int().nonnegative(), z.string()]).transform((value) => BigInt(value));

const KEY_LENGTH = 32;

const concatenatedKeys = hex.transform((keys): readonly Authority[] =>
  Array.from({ length: Math.ceil(keys.length / KEY_LENGTH) }, (_, i) => ({
    id: keys.slice(i * KEY_LENGTH, (i + 1) * KEY_LENGTH),
    weight: 1n,
  })),
);

/** Keys with weights, or keys one after the other that weigh 1 each. */
export const authorityKeys = z.union([z.array(z.object({ id: hex, weight: u64 })), concatenatedKeys]);

/** Whatever else an object states, for `states`. */
export const stated = z.record(z.string(), z.unknown());

/**
 * One file of the manifest. `setEnds` has the ends of a chain's authority sets, where another file
 * of the folder tells.
 */
export interface FixtureFile {
  readonly name: string;
  readonly content: unknown;
  readonly setEnds: (chain: string) => readonly SetEnd[] | undefined;
}

export const hex0x = (value: Uint8Array): string => `0x${toHex(value)}`;

export const decodeHeader = (encoded: Uint8Array): Header => decode(header, encoded);

/** What fixtures state of a header, under the names they use. */
export const headerFacts = (value: Header): Record<string, unknown> => ({
  number: value.number,
  hash: hex0x(headerHash(value)),
  stateRoot: hex0x(value.stateRoot),
});

/**
 * Expects each field that was computed to be as stated. What a fixture states beyond that, or
 * leaves out, isn't compared.
 */
export const states = (
  name: string,
  wanted: Readonly<Record<string, unknown>>,
  compute: () => Readonly<Record<string, unknown>>,
): ConformanceCase => ({
  name,
  check: () => {
    const actual = compute();
    const fields = Object.keys(actual).filter((field) => wanted[field] !== undefined);
    const pick = (from: Readonly<Record<string, unknown>>) => asText(fields.map((field) => [field, from[field]]));
    return { expected: pick(wanted), got: pick(actual) };
  },
});
