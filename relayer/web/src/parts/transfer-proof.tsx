import { useSignal } from "@preact/signals";
import { asError } from "../api/as-error.js";
import { TEXTS } from "../texts.js";
import type { Report } from "../verify/report.js";
import { askVerifier } from "../verify/verifier.js";
import type { Transfer } from "../views.js";
import { CheckGroups, Verdict } from "./check-list.js";
import { Offline } from "./offline.js";
import { explain } from "./polled.js";
import { saveFile } from "./save-file.js";
import { Walking } from "./walking.js";

const T = TEXTS.follow;
const SHORT = 40;

const fileOf = (id: string): string => `pdiem-${id.slice(0, SHORT)}.json`;

type Verifying =
  | { readonly state: "none" | "running" }
  | { readonly state: "done"; readonly report: Report }
  | { readonly state: "failed"; readonly error: Error };

/** Verifies a transfer in this page, shows what was checked, and gives the proofs to keep. */
export const TransferProof = ({ transfer }: { transfer: Transfer }) => {
  const verifying = useSignal<Verifying>({ state: "none" });
  const { id } = transfer;
  const verify = async (): Promise<void> => {
    verifying.value = { state: "running" };
    try {
      verifying.value = { state: "done", report: await askVerifier({ type: "verify", transfer }) };
    } catch (error) {
      verifying.value = { state: "failed", error: asError(error) };
    }
  };
  const now = verifying.value;
  return (
    <>
      <section class="card">
        <h2>{T.proofTitle}</h2>
        <p class="hint">{T.proofIntro}</p>
        <p class="bar">
          <button type="button" disabled={now.state === "running"} onClick={() => void verify()}>
            {now.state === "running" ? <span class="busy">{TEXTS.verify.running}</span> : T.verify}
          </button>
          {now.state === "done" ? (
            <button type="button" onClick={() => saveFile(fileOf(id), now.report.proofSet)}>
              {T.proof}
            </button>
          ) : null}
        </p>
        <Walking />
        {now.state === "failed" ? (
          <div class="banner bad" role="alert" data-verdict="bad">
            <p>
              {TEXTS.verify.failed} {explain(now.error)}
            </p>
          </div>
        ) : null}
        {now.state === "done" ? (
          <>
            <Verdict report={now.report} />
            <Offline name={fileOf(id)} />
          </>
        ) : null}
      </section>
      {now.state === "done" ? <CheckGroups checks={now.report.checks} folded /> : null}
    </>
  );
};
