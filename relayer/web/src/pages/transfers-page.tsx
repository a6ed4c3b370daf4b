import { useState } from "preact/hooks";
import { ask } from "../api/ask.js";
import { PATHS } from "../api/paths.js";
import { usePoll } from "../api/poll.js";
import { shorten } from "../format/short.js";
import { formatTime } from "../format/time.js";
import { book, followed, forget, forgetAddress } from "../kept/kept.js";
import { Copy } from "../parts/copy.js";
import { Shown } from "../parts/polled.js";
import { TransferLine } from "../parts/transfer-line.js";
import { hrefOf } from "../route.js";
import { TEXTS } from "../texts.js";
import { type Transfer, transfers } from "../views.js";

const T = TEXTS.transfers;
const EVERY_MS = 3_000;
const MOST = 200;

/** Everything that a transfer may be found by. */
const wordsOf = (transfer: Transfer): string => JSON.stringify(transfer).toLowerCase();

const matches = (transfer: Transfer, sought: string): boolean => {
  const text = sought.trim().toLowerCase().replace(/^0x/, "");
  return text === "" || wordsOf(transfer).includes(text) || transfer.id === `deposit-${text}`;
};

const List = ({ title, of, empty }: { title: string; of: readonly Transfer[]; empty: string | undefined }) =>
  of.length === 0 && empty === undefined ? null : (
    <section class="card">
      <h2>{title}</h2>
      {of.length === 0 ? <p class="hint">{empty}</p> : null}
      <ul class="rows">
        {of.map((transfer) => (
          <TransferLine key={transfer.id} transfer={transfer} />
        ))}
      </ul>
    </section>
  );

const ID = /^(?:deposit-[0-9]{1,20}|withdrawal-[0-9a-f]{64}-[A-Z][A-Z0-9]{0,31}-[0-9]{1,10})$/;

/** The transfer that a text names by itself, whether or not it is among those listed. */
const namedBy = (sought: string): string | undefined => {
  const text = sought.trim();
  const id = /^[0-9]{1,20}$/.test(text) ? `deposit-${text}` : text;
  return ID.test(id) ? id : undefined;
};

const Named = ({ sought }: { sought: string }) => {
  const id = namedBy(sought);
  return id === undefined ? null : (
    <p>
      <a class="button" href={hrefOf("transfers", id)}>
        {T.open1(shorten(id, 20))}
      </a>
    </p>
  );
};

const Book = () =>
  book.value.length === 0 ? null : (
    <section class="card">
      <h2>{TEXTS.move.book}</h2>
      <p class="hint">{T.bookHint}</p>
      <ul class="rows">
        {book.value.map(({ name, address }) => (
          <li key={address} class="bar apart">
            <span>
              <strong>{name}</strong> <span class="mono">{shorten(address, 12)}</span>
            </span>
            <span class="bar">
              <Copy text={address} what={name} />
              <button
                type="button"
                class="small"
                onClick={() => forgetAddress(address)}
                aria-label={`${T.forget} ${name}`}
              >
                {T.forget}
              </button>
            </span>
          </li>
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
  const polled = usePoll("transfers", () => ask(`${PATHS.transfers}?limit=${MOST}`, transfers), EVERY_MS);
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
      <Named sought={sought} />
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
      <Book />
    </>
  );
};
