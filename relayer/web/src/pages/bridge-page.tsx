import { decisionsView } from "@pdiem/relayer/views/decisions-view";
import { reservesView } from "@pdiem/relayer/views/reserves-view";
import type { ComponentChildren } from "preact";
import { ask } from "../api/ask.js";
import { usePoll } from "../api/poll.js";
import { formatAmount } from "../format/amount.js";
import { formatSpan } from "../format/time.js";
import { status } from "../parts/bridge-notice.js";
import { Shown } from "../parts/polled.js";
import { Wide } from "../parts/wide.js";
import { TEXTS } from "../texts.js";

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
        <Facts title={T.checkpoint} facts={[["", checkpoint?.text ?? TEXTS.common.unknown]]} />
      </div>
    )}
  </Shown>
);

const Limits = () => (
  <Shown of={status}>
    {({ ledger }) => (
      <section class="card">
        <h2>{T.windows}</h2>
        <Wide label={T.windows}>
          <table>
            <thead>
              <tr>
                <th scope="col">{TEXTS.move.currency}</th>
                <th scope="col">min</th>
                <th scope="col">max</th>
                <th scope="col">{T.owed}</th>
              </tr>
            </thead>
            <tbody>
              {(ledger?.currencies ?? []).map(({ code, minimum, maximum, owed }) => (
                <tr key={code}>
                  <th scope="row">{code}</th>
                  {[minimum, maximum, owed].map((amount, i) => (
                    <td key={i}>{formatAmount(BigInt(amount))}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Wide>
      </section>
    )}
  </Shown>
);

const Reserves = () => {
  const reserves = usePoll("reserves", () => ask("api/v1/reserves", reservesView), 10_000);
  return (
    <section class="card">
      <h2>{T.reserves}</h2>
      <Shown of={reserves}>
        {({ currencies, block, diemVersion }) => (
          <>
            <Wide label={T.reserves}>
              <table>
                <thead>
                  <tr>
                    <th scope="col">{TEXTS.move.currency}</th>
                    {[T.custody, T.supply, T.owed, T.fees, T.surplus].map((name) => (
                      <th scope="col" key={name}>
                        {name}
                      </th>
                    ))}
                    <th scope="col">{TEXTS.transfers.state}</th>
                  </tr>
                </thead>
                <tbody>
                  {currencies.map(({ currency, custody, supply, owed, fees, surplus, isCovered }) => (
                    <tr key={currency}>
                      <th scope="row">{currency}</th>
                      {[custody, supply, owed, fees, surplus].map((amount, i) => (
                        <td key={i}>{formatAmount(BigInt(amount))}</td>
                      ))}
                      <td>
                        <span class={`tag ${isCovered ? "good" : "bad"}`}>{isCovered ? T.covered : T.notCovered}</span>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Wide>
            <p class="hint">
              Diem {T.version} {diemVersion}, {T.parachain} {T.block} {block}
            </p>
          </>
        )}
      </Shown>
    </section>
  );
};

const Guardians = () => {
  const decisions = usePoll("decisions", () => ask("api/v1/decisions", decisionsView), 10_000);
  return (
    <section class="card">
      <h2>{T.guardians}</h2>
      <Shown of={decisions}>
        {({ delayed, holders }) => (
          <>
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
    <h1>{T.title}</h1>
    <Status />
    <Limits />
    <Reserves />
    <Guardians />
    <p class="hint">
      {T.operators}: <a href="./queues">{T.queues}</a> · <a href="./metrics">{T.metrics}</a>
    </p>
  </>
);
