import type { JsonValue } from "../json-reader.js";
import type { Json } from "../json-writer.js";
import { type Parameter, type Params, readParams } from "../params.js";
import type { Snapshot } from "../snapshot.js";

/** Answers a request's `params` at a snapshot of the ledger. @throws RpcError */
export type Method = (snapshot: Snapshot, params: JsonValue | undefined) => Json;

type Layout = Readonly<Record<string, Parameter<unknown>>>;

const make = <const L extends Layout>(
  withoutParams: boolean,
  name: string,
  layout: L,
  answer: (snapshot: Snapshot, params: Params<L>) => Json,
): readonly [string, Method] => [
  name,
  (snapshot, params) => answer(snapshot, readParams(name, layout, params, withoutParams)),
];

/** @param layout parameters by name, in the order that they have in an array */
export const method = <const L extends Layout>(
  name: string,
  layout: L,
  answer: (snapshot: Snapshot, params: Params<L>) => Json,
): readonly [string, Method] => make(false, name, layout, answer);

/** Makes a method whose `params` may be missing. */
export const methodWithoutParams = <const L extends Layout>(
  name: string,
  layout: L,
  answer: (snapshot: Snapshot, params: Params<L>) => Json,
): readonly [string, Method] => make(true, name, layout, answer);
