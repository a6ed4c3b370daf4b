import { bridgeView } from "@pdiem/relayer/views/bridge-view";
import { signal } from "@preact/signals";
import { useEffect, useMemo, useState } from "preact/hooks";
import { ask, baseUrl } from "../api/ask.js";
import { usePoll } from "../api/poll.js";
import { formatAmount } from "../format/amount.js";
import { formatSpan, formatTime } from "../format/time.js";
import { follow } from "../kept/kept.js";
import { Copy } from "../parts/copy.js";
import { StateTag } from "../parts/state-tag.js";
import { hrefOf } from "../route.js";
import { TEXTS } from "../texts.js";
import { type Transfer, transfer as transferSchema } from "../views.js";

const T = TEXTS.follow;
const STAGES = ["seen", "proven", "settled", "finalized"] as const;
const DAY_MS = 86_400_000;

interface Followed {
  readonly transfer: Transfer | undefined;
  readonly isLive: boolean;
  readonly isUnknown: boolean;
}

/** Listens until the component goes; the stream begins with the transfer as it is. */
const useTransfer = (id: string) => {
  const followed = useMemo(() => signal<Followed>({ transfer: undefined, isLive: false, isUnknown: false }), [id]);
  useEffect(() => {
    const source = new EventSource(new URL(`api/v1/transfers/${id}/events`, baseUrl()));
    source.addEventListener("open", () => {
      followed.value = { ...followed.value, isLive: true };
    });
    source.addEventListener("error", () => {
      followed.value = { ...followed.value, isLive: false };
    });
    source.addEventListener("unknown", () => {
      followed.value = { transfer: undefined, isLive: true, isUnknown: true };
    });
    source.addEventListener("transfer", ({ data }) => {
      const parsed = transferSchema.safeParse(JSON.parse(String(data)));
      if (parsed.success) followed.value = { transfer: parsed.data, isLive: true, isUnknown: false };
    });
    return () => source.close();
  }, [id]);
  return followed;
};

const Notify = ({ transfer }: { transfer: Transfer }) => {
  const [isWanted, setWanted] = useState(false);
  const isDone = transfer.result !== undefined;
  useEffect(() => {
    if (isWanted && isDone) new Notification(TEXTS.name, { body: T.done(transfer.id), icon: "./icon.svg" });
  }, [isWanted, isDone]);
  if (isDone || !("Notification" in window)) return null;
  const ask = async (): Promise<void> => setWanted((await Notification.requestPermission()) === "granted");
  return isWanted ? (
    <span class="hint">{T.notifying}</span>
  ) : (
    <button type="button" class="small" onClick={() => void ask()}>
      {T.notify}
    </button>
  );
};

const isReached = ({ stage, result }: Transfer, one: (typeof STAGES)[number]): boolean =>
  result !== undefined || STAGES.indexOf(one) <= STAGES.indexOf(stage);

const Stages = ({ transfer }: { transfer: Transfer }) => (
  <ol class="stages">
    {STAGES.map((stage) => {
      const at = transfer.at?.[stage];
      const [name, meaning] = T.stages[stage];
      const isNext = STAGES.find((one) => !isReached(transfer, one)) === stage;
      return (
        <li key={stage} class={isReached(transfer, stage) ? "done" : isNext ? "now" : ""}>
          <strong>{name}</strong>
          {at === undefined ? null : ` · ${formatTime(at)}`}
          <small>{meaning}</small>
          {isNext && transfer.waitingFor !== undefined ? (
            <p class="banner warn" role="status">
              {TEXTS.transfers.waits(transfer.waitingFor)}
            </p>
          ) : null}
        </li>
      );
    })}
  </ol>
);

type FactList = readonly (readonly [name: string, value: string | undefined, isCode?: boolean])[];

const factsOf = (transfer: Transfer): FactList => {
  const { result, payout, at } = transfer;
  const took = at?.seen === undefined || at.finalized === undefined ? undefined : at.finalized - at.seen;
  const part = transfer.kind === "deposit" ? transfer.payment : transfer.withdrawal;
  return [
    [TEXTS.transfers.amount, part === undefined ? undefined : `${formatAmount(BigInt(part.amount))} ${part.currency}`],
    ...(transfer.kind === "deposit"
      ? ([["Payer", transfer.payment?.sender, true]] as const)
      : ([
          ["Payee", transfer.withdrawal.payee, true],
          ["Refund account", transfer.withdrawal.refundAccount, true],
        ] as const)),
    ["Account", result?.account, true],
    [T.version, payout?.version ?? (transfer.kind === "deposit" ? transfer.payment?.version : undefined), true],
    [T.release, payout?.release.toString()],
    [T.block, result?.block.toString(), true],
    [T.batch, result?.batch, true],
    [T.took, took === undefined || took > DAY_MS ? undefined : formatSpan(took)],
  ];
};

const Facts = ({ of }: { of: FactList }) => (
  <dl class="facts">
    {of.flatMap(([name, value, isCode]) =>
      value === undefined
        ? []
        : [
            <dt key={name}>{name}</dt>,
            <dd key={`${name}-value`} class={isCode === true ? "mono" : ""}>
              {value} {isCode === true && value.length > 12 ? <Copy text={value} what={name} /> : null}
            </dd>,
          ],
    )}
  </dl>
);

const fill = (link: string, values: Readonly<Record<string, string | undefined>>): string =>
  link.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ""));

const Explorers = ({ transfer }: { transfer: Transfer }) => {
  const bridge = usePoll("bridge", () => ask("api/v1/bridge", bridgeView), 3_600_000);
  const { diem, parachain } = bridge.value.value?.explorers ?? {};
  const version = transfer.payout?.version ?? (transfer.kind === "deposit" ? transfer.payment?.version : undefined);
  const { block, batch } = transfer.result ?? {};
  return (
    <div class="bar">
      {diem === undefined || version === undefined ? null : (
        <a class="button" href={fill(diem, { version })} rel="noreferrer" target="_blank">
          {T.explorer}: Diem
        </a>
      )}
      {parachain === undefined || block === undefined ? null : (
        <a
          class="button"
          href={fill(parachain, { block: block.toString(), hash: batch })}
          rel="noreferrer"
          target="_blank"
        >
          {T.explorer}: {TEXTS.bridge.parachain}
        </a>
      )}
    </div>
  );
};

export const FollowPage = ({ id }: { id: string }) => {
  const { transfer, isLive, isUnknown } = useTransfer(id).value;
  useEffect(() => {
    if (transfer !== undefined) follow(id);
  }, [transfer === undefined]);
  return (
    <>
      <p>
        <a href={hrefOf("transfers")}>← {T.back}</a>
      </p>
      <div class="bar apart">
        <h1 class="mono">{id.length > 40 ? `${id.slice(0, 22)}…${id.slice(-10)}` : id}</h1>
        <span class="bar">
          {transfer === undefined ? null : <StateTag transfer={transfer} />}
          <span class="tag" role="status">
            {isLive ? T.live : T.notLive}
          </span>
        </span>
      </div>
      {transfer === undefined ? (
        isUnknown ? (
          <div class="banner warn" role="alert">
            <p>{T.unknown}</p>
          </div>
        ) : (
          <p class="busy" role="status">
            {TEXTS.common.loading}
          </p>
        )
      ) : (
        <div class="two">
          <section class="card">
            <Stages transfer={transfer} />
            <Notify transfer={transfer} />
          </section>
          <section class="card">
            <Facts of={factsOf(transfer)} />
            <Explorers transfer={transfer} />
          </section>
        </div>
      )}
    </>
  );
};
