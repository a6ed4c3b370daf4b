import { formatAmount } from "@pdiem/bridge-client/examine/format-amount";
import type { Reserves } from "@pdiem/bridge-client/reserves";
import { decisionsView } from "@pdiem/relayer/views/decisions-view";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { ask } from "../api/ask.js";
import { PATHS } from "../api/paths.js";
import { usePoll } from "../api/poll.js";
import { formatSpan } from "../format/time.js";
import { status } from "../parts/bridge-notice.js";
import { explain, Shown } from "../parts/polled.js";
import { Wide } from "../parts/wide.js";
import { TEXTS } from "../texts.js";
import type { ProvenCurrency } from "../verify/report.js";
import { verification, verifyNow } from "./verify-page.js";

const T = TEXTS.bridge;

type Fact = readonly [name: string, value: ComponentChildren];

const Facts = ({ title, facts }: { title: string; facts: readonly Fact[] }) => (
  <section class="card">
    <h2>{title}</h2>
    <dl class="facts">
      {facts.flatMap(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={`${name}-value`}>{value}</dd>])}
    </dl>
  </section>
);

const age = (seconds: number | undefined): string =>
  seconds === undefined ? TEXTS.common.unknown : formatSpan(seconds * 1_000);

const Status = () => (
  <Shown of={status}>
    {({ chains: { diem, parachain, relay }, ledger, checkpoint, standstill }) => (
      <div class="three">
        <Facts
          title={T.chains}
          facts={[
            [`${T.diem}, ${T.version}`, diem.version ?? TEXTS.common.unknown],
            [`${T.diem}, ${T.age}`, age(diem.ageSeconds)],
            [`${T.parachain}, ${T.block}`, parachain.block],
            [`${T.parachain}, ${T.age}`, age(parachain.ageSeconds)],
            [`${T.relay}, ${T.block}`, relay.block],
          ]}
        />
        <Facts
          title={T.backlog}
          facts={[
            [T.depositsOpen, ledger?.deposits.next ?? TEXTS.common.unknown],
            [
              T.waiting,
              ledger === undefined ? TEXTS.common.unknown : ledger.waiting.deposits + ledger.waiting.releases,
            ],
            [T.unpaid, ledger?.releases.unpaid ?? TEXTS.common.unknown],
            ...(standstill === undefined ? [] : [[TEXTS.common.standstill, standstill] as const]),
          ]}
        />
        <Facts title={T.checkpoint} facts={[[T.term, checkpoint?.text ?? TEXTS.common.unknown]]} />
      </div>
    )}
  </Shown>
);

type Column<T> = readonly [name: string, cell: (row: T) => ComponentChildren];

interface RowsProps<T> {
  readonly label: string;
  readonly rows: readonly T[];
  readonly nameOf: (row: T) => string;
  readonly columns: readonly Column<T>[];
}

/** A table that stands on a phone as a list of facts. */
const Rows = <T,>({ label, rows, nameOf, columns }: RowsProps<T>) => (
  <Wide label={label}>
    <table class="stacking">
      <thead>
        <tr>
          <th scope="col">{TEXTS.move.currency}</th>
          {columns.map(([name]) => (
            <th scope="col" key={name}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={nameOf(row)}>
            <th scope="row">{nameOf(row)}</th>
            {columns.map(([name, cell]) => (
              <td key={name} data-label={name}>
                {cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </Wide>
);

const LIMITS: readonly Column<ProvenCurrency>[] = [
  [T.minimum, ({ minimum }) => formatAmount(minimum)],
  [T.maximum, ({ maximum }) => formatAmount(maximum)],
  [T.roomIn, ({ roomIn }) => formatAmount(roomIn)],
  [T.roomOut, ({ roomOut }) => formatAmount(roomOut)],
];

const RESERVES: readonly Column<Reserves>[] = [
  [T.custody, ({ custody, paidSince }) => formatAmount(custody + paidSince)],
  [T.supply, ({ supply }) => formatAmount(supply)],
  [T.owed, ({ owed }) => formatAmount(owed)],
  [T.fees, ({ fees }) => formatAmount(fees)],
  [T.surplus, ({ surplus }) => formatAmount(surplus)],
  [
    TEXTS.transfers.state,
    ({ isCovered }) => <span class={`tag ${isCovered ? "good" : "bad"}`}>{isCovered ? T.covered : T.notCovered}</span>,
  ],
];

/** Reserves and limits as this page proves them: what the relayer says of them isn't asked for. */
const Proven = () => {
  useEffect(() => void verifyNow(), []);
  const { report, error, isRunning } = verification.value;
  const { reserves, state } = report ?? {};
  if (reserves === undefined || state === undefined)
    return (
      <section class="card awaited">
        <h2>{T.reserves}</h2>
        {isRunning ? (
          <p class="busy" role="status">
            {TEXTS.move.quote.checking}
          </p>
        ) : (
          <div class="banner bad" role="alert">
            <p>{error === undefined ? TEXTS.verify.failed : explain(error)}</p>
          </div>
        )}
      </section>
    );
  const provenAt = <p class="hint">{T.provenAt(state.diemVersion.toString(), state.block.toString())}</p>;
  return (
    <>
      <section class="card">
        <h2>{T.reserves}</h2>
        <Rows label={T.reserves} rows={reserves} nameOf={({ currency }) => currency} columns={RESERVES} />
        {provenAt}
      </section>
      <section class="card">
        <h2>{T.windows}</h2>
        <Rows label={T.windows} rows={state.currencies} nameOf={({ code }) => code} columns={LIMITS} />
        {provenAt}
      </section>
    </>
  );
};

const Guardians = () => {
  const decisions = usePoll("decisions", () => ask(PATHS.decisions, decisionsView), 10_000);
  return (
    <section class="card">
      <h2>{T.guardians}</h2>
      <Shown of={decisions}>
        {({ delayed, holders, inForce, frozen }) => (
          <>
            <p>
              {T.signers(inForce.guardians.threshold, inForce.guardians.keys.length)}
              {" · "}
              <span class={`tag ${inForce.paused || frozen ? "warn" : "good"}`}>
                {frozen ? T.frozen : inForce.paused ? T.paused : T.running}
              </span>
            </p>
            <h3>{T.delayed}</h3>
            {delayed.length === 0 ? <p class="hint">{T.none}</p> : null}
            <ul class="checks">
              {delayed.map(({ text, left }) => (
                <li key={text.join()}>
                  <strong>{text.join(" ")}</strong>
                  <small>{T.delayedLeft(formatSpan(Number(left)))}</small>
                </li>
              ))}
            </ul>
            <h3>{T.holders}</h3>
            <ul class="checks">
              {holders.map((holder) => (
                <li key={holder}>{holder}</li>
              ))}
            </ul>
          </>
        )}
      </Shown>
    </section>
  );
};

export const BridgePage = () => (
  <>
    <h1 class="head">{T.title}</h1>
    <Status />
    <Proven />
    <Guardians />
    <p class="hint">
      {T.operators}: <a href="./queues">{T.queues}</a> · <a href="./metrics">{T.metrics}</a>
    </p>
  </>
);
