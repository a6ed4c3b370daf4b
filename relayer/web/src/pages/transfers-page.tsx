import { useState } from "preact/hooks";
import { ask } from "../api/ask.js";
import { usePoll } from "../api/poll.js";
import { formatAmount } from "../format/amount.js";
import { shorten } from "../format/short.js";
import { formatTime } from "../format/time.js";
import { followed, forget } from "../kept/kept.js";
import { Shown } from "../parts/polled.js";
import { StateTag } from "../parts/state-tag.js";
import { hrefOf } from "../route.js";
import { TEXTS } from "../texts.js";
import { type Transfer, transfers } from "../views.js";

const T = TEXTS.transfers;
const EVERY_MS = 3_000;
const MOST = 200;

const amountOf = (transfer: Transfer): string => {
  const part = transfer.kind === "deposit" ? transfer.payment : transfer.withdrawal;
  return part === undefined ? "—" : `${formatAmount(BigInt(part.amount))} ${part.currency}`;
};

/** Everything that a transfer may be found by. */
const wordsOf = (transfer: Transfer): string => JSON.stringify(transfer).toLowerCase();

const matches = (transfer: Transfer, sought: string): boolean => {
  const text = sought.trim().toLowerCase().replace(/^0x/, "");
  return text === "" || wordsOf(transfer).includes(text) || transfer.id === `deposit-${text}`;
};

const Line = ({ transfer }: { transfer: Transfer }) => {
  const since = transfer.at?.finalized ?? transfer.at?.seen;
  return (
    <li>
      <a class="row" href={hrefOf("transfers", transfer.id)}>
        <span>
          {transfer.kind === "deposit" ? T.deposit : T.withdrawal}{" "}
          <small class="mono">{shorten(transfer.id, 14)}</small>
        </span>
        <span>{amountOf(transfer)}</span>
        <span class="end">
          <StateTag transfer={transfer} />
          {since === undefined ? null : <small> {formatTime(since)}</small>}
        </span>
        {transfer.waitingFor === undefined ? null : <small class="wide">{T.waits(transfer.waitingFor)}</small>}
      </a>
    </li>
  );
};

const List = ({ title, of, empty }: { title: string; of: readonly Transfer[]; empty: string | undefined }) =>
  of.length === 0 && empty === undefined ? null : (
    <section class="card">
      <h2>{title}</h2>
      {of.length === 0 ? <p class="hint">{empty}</p> : null}
      <ul class="rows">
        {of.map((transfer) => (
          <Line key={transfer.id} transfer={transfer} />
        ))}
      </ul>
    </section>
  );

const Followed = () =>
  followed.value.length === 0 ? null : (
    <section class="card">
      <h2>{T.mine}</h2>
      <ul class="rows">
        {followed.value.map(({ id, at }) => (
          <li key={id} class="bar apart">
            <a href={hrefOf("transfers", id)} class="mono">
              {shorten(id, 16)}
            </a>
            <span class="bar">
              <small class="hint">{formatTime(at)}</small>
              <button type="button" class="small" onClick={() => forget(id)} aria-label={`${T.forget} ${id}`}>
                {T.forget}
              </button>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );

export const TransfersPage = () => {
  const [sought, setSought] = useState("");
  const polled = usePoll("transfers", () => ask(`api/v1/transfers?limit=${MOST}`, transfers), EVERY_MS);
  return (
    <>
      <h1>{T.title}</h1>
      <div class="field">
        <label for="find">{T.find}</label>
        <input
          id="find"
          type="search"
          value={sought}
          placeholder={T.findHint}
          onInput={({ currentTarget }) => setSought(currentTarget.value)}
        />
      </div>
      <Followed />
      <Shown of={polled}>
        {({ transfers: all }) => {
          const found = all.filter((transfer) => matches(transfer, sought));
          const empty = sought === "" ? T.none : T.noMatch;
          const open = found.filter(({ result }) => result === undefined);
          const ended = found.filter(({ result }) => result !== undefined);
          return (
            <>
              <List title={T.open} of={open} empty={ended.length === 0 ? empty : undefined} />
              <List title={T.ended} of={ended} empty={undefined} />
            </>
          );
        }}
      </Shown>
    </>
  );
};
