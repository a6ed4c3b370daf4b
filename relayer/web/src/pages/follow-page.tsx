import { formatAmount } from "@pdiem/bridge-client/examine/format-amount";
import { signal } from "@preact/signals";
import { useEffect, useMemo, useState } from "preact/hooks";
import { baseUrl } from "../api/ask.js";
import { PATHS } from "../api/paths.js";
import { formatSpan } from "../format/time.js";
import { follow } from "../kept/kept.js";
import { Copy } from "../parts/copy.js";
import { Stages } from "../parts/stages.js";
import { StateTag } from "../parts/state-tag.js";
import { TransferProof } from "../parts/transfer-proof.js";
import { hrefOf } from "../route.js";
import { TEXTS } from "../texts.js";
import { type Transfer, transfer as transferSchema } from "../views.js";

const T = TEXTS.follow;
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
    const source = new EventSource(new URL(`${PATHS.transfers}/${id}/events`, baseUrl()));
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

type FactList = readonly (readonly [name: string, value: string | undefined, isCode?: boolean])[];

const factsOf = (transfer: Transfer): FactList => {
  const { result, payout, at } = transfer;
  const took = at?.seen === undefined || at.finalized === undefined ? undefined : at.finalized - at.seen;
  const part = transfer.kind === "deposit" ? transfer.payment : transfer.withdrawal;
  return [
    [TEXTS.transfers.id, transfer.id, true],
    [TEXTS.transfers.amount, part === undefined ? undefined : `${formatAmount(BigInt(part.amount))} ${part.currency}`],
    ...(transfer.kind === "deposit"
      ? ([[T.payer, transfer.payment?.sender, true]] as const)
      : ([
          [T.payee, transfer.withdrawal.payee, true],
          [T.refundAccount, transfer.withdrawal.refundAccount, true],
        ] as const)),
    [T.account, result?.account, true],
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

/** Says what it is, in words: its whole name stands among the facts. */
const titleOf = (id: string, transfer: Transfer | undefined): string => {
  const name = id.startsWith("deposit-") ? TEXTS.transfers.deposit : TEXTS.transfers.withdrawal;
  const part = transfer?.kind === "deposit" ? transfer.payment : transfer?.withdrawal;
  if (part === undefined) return name;
  return T.title(name, `${formatAmount(BigInt(part.amount))} ${part.currency}`);
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
      <div class="bar apart head">
        <h1>{titleOf(id, transfer)}</h1>
        <span class="bar" data-ended={transfer?.result !== undefined}>
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
        <>
          <div class="two">
            <section class="card">
              <Stages transfer={transfer} />
              <Notify transfer={transfer} />
            </section>
            <section class="card">
              <Facts of={factsOf(transfer)} />
            </section>
          </div>
          <TransferProof transfer={transfer} />
        </>
      )}
    </>
  );
};
