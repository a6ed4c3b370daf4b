/** The cases of `diem/vectors.json`. */
import { join } from "node:path";
import { type Json, parseLossless } from "@pdiem/relayer/chains/diem/lossless";
import { type ConformanceCase, type ConformancePart, errorText, unknownCase } from "./conformance-case.js";
import { accumulatorHandlers } from "./diem/accumulators.js";
import { jsonRpcHandlers } from "./diem/json-rpc.js";
import { ledgerHandlers } from "./diem/ledger.js";
import { primitiveHandlers } from "./diem/primitives.js";
import { proofHandlers } from "./diem/proofs.js";
import { textHandlers } from "./diem/texts.js";
import { transactionHandlers } from "./diem/transactions.js";
import { fieldsOf, type Handler, vectorCase } from "./diem/vector.js";
import { readText } from "./fixture-files.js";

const FILE = "diem/vectors.json";

const HANDLERS: ReadonlyMap<string, Handler> = new Map([
  ...primitiveHandlers,
  ...textHandlers,
  ...transactionHandlers,
  ...ledgerHandlers,
  ...accumulatorHandlers,
  ...proofHandlers,
  ...jsonRpcHandlers,
]);

/** A vector that can't be read fails by itself: the others are run all the same. */
const caseOf = (folder: string, vector: Json, index: number): ConformanceCase => {
  try {
    return vectorCase(FILE, folder, HANDLERS, vector);
  } catch (error) {
    return unknownCase(`${FILE} vector ${index + 1}`, errorText(error));
  }
};

export const diemVectors: ConformancePart = {
  name: FILE,
  cases: async (folder) => {
    const text = await readText(join(folder, FILE));
    if (text === undefined) return undefined;
    const vectors = fieldsOf(parseLossless(text), FILE).list("vectors");
    return vectors.map((vector, i) => caseOf(join(folder, "diem"), vector, i));
  },
};
