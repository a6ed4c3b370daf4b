/** What a manifest of recordings states about accounts and scripted transactions. */

import { verifyTransactionList } from "@pdiem/chain-formats/diem/proofs/transaction-list";
import { toHex } from "@pdiem/light-client/bytes";
import { addressAtCreation, ed25519AuthenticationKey } from "@pdiem/light-client/diem/transactions/authentication-key";
import { getTransactionsWithProofs } from "@pdiem/relayer/chains/diem/calls";
import { asText, type ConformanceCase, equality } from "../conformance-case.js";
import type { Anchors } from "./anchors.js";
import { type Exchange, envelopeVersion, type Recording, resultIn } from "./recording.js";
import { statusText } from "./status-text.js";
import { type Fields, fieldsOf, integerOf } from "./vector.js";

const accountCase = (part: string, name: string, account: Fields): ConformanceCase =>
  equality(`${part} account ${name}`, `${account.text("authentication_key")} ${account.text("address")}`, () => {
    const key = ed25519AuthenticationKey(account.hex("public_key"));
    return `${toHex(key)} ${toHex(addressAtCreation(key))}`;
  });

/** The status of a transaction as the recorded list that holds it proves it. */
const provenStatus = (version: bigint, exchanges: readonly Exchange[], anchors: Anchors): string => {
  for (const exchange of exchanges) {
    const result = resultIn(exchange);
    if (exchange.method !== "get_transactions_with_proofs" || result === undefined) continue;
    const [start, limit, includeEvents] = exchange.params;
    const first = integerOf(start);
    const list = getTransactionsWithProofs(first, Number(integerOf(limit)), includeEvents === true).read(result);
    const ledger = anchors.ledgerAt(envelopeVersion(exchange));
    const index = Number(version - first);
    if (list === undefined || ledger === undefined || index < 0 || index >= list.transactions.length) continue;
    const found = verifyTransactionList(ledger, { first }, list)[index];
    if (found === undefined) continue;
    const { type, location, abortCode } = statusText(found.status);
    return asText([type, location ?? null, abortCode ?? null]);
  }
  return "no recorded list of transactions holds it";
};

const statedStatus = (status: Fields): string => {
  const location = status.has("location") ? status.text("location") : undefined;
  const [address, module] = location?.split("::") ?? [];
  const place = module === undefined ? location : `${address?.toLowerCase()}::${module}`;
  return asText([status.text("type"), place ?? null, status.has("abort_code") ? status.integer("abort_code") : null]);
};

export const manifestCases = (
  part: string,
  manifest: Fields,
  recordings: readonly Recording[],
  anchors: Anchors,
): readonly ConformanceCase[] => {
  const exchanges = recordings.flatMap((recording) => recording.exchanges);
  const accounts = manifest.has("accounts") ? manifest.object("accounts") : undefined;
  const stated = accounts?.names.map((name) => [name, accounts.object(name)] as const) ?? [];
  const cases = manifest.has("cases") ? manifest.list("cases").map((one) => fieldsOf(one, "a case")) : [];
  return [
    ...stated
      .filter(([, account]) => ["public_key", "authentication_key", "address"].every(account.has))
      .map(([name, account]) => accountCase(part, name, account)),
    ...cases
      .filter((one) => ["case", "version", "vm_status"].every(one.has))
      .map((one) =>
        equality(`${part} case ${one.text("case")}`, statedStatus(one.object("vm_status")), () =>
          provenStatus(one.integer("version"), exchanges, anchors),
        ),
      ),
  ];
};
