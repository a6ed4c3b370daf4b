import { formatAmount } from "@pdiem/bridge-client/examine/format-amount";
import { shorten } from "../format/short.js";
import { formatTime } from "../format/time.js";
import { hrefOf } from "../route.js";
import { TEXTS } from "../texts.js";
import type { Transfer } from "../views.js";
import { StateTag } from "./state-tag.js";

const T = TEXTS.transfers;

const amountOf = (transfer: Transfer): string => {
  const part = transfer.kind === "deposit" ? transfer.payment : transfer.withdrawal;
  return part === undefined ? "—" : `${formatAmount(BigInt(part.amount))} ${part.currency}`;
};

/** One transfer among others: what it is, and where. */
export const TransferLine = ({ transfer }: { transfer: Transfer }) => {
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
