import { signal } from "@preact/signals";
import { asError } from "../api/as-error.js";
import { RelayerError } from "../api/relayer-error.js";
import { isSameBridge } from "../kept/kept.js";
import { CheckGroups, Verdict } from "../parts/check-list.js";
import { Offline } from "../parts/offline.js";
import { explain } from "../parts/polled.js";
import { saveFile } from "../parts/save-file.js";
import { Walking } from "../parts/walking.js";
import { TEXTS } from "../texts.js";
import { hasFailed, type Report } from "../verify/report.js";
import { askVerifier } from "../verify/verifier.js";

const T = TEXTS.verify;
const FILE = "pdiem-proof-set.json";

interface Verification {
  readonly isRunning: boolean;
  readonly report: Report | undefined;
  readonly error: Error | undefined;
  readonly isKnownBridge: boolean;
}

/** The last verification of this visit: moving assets goes by it, too. */
export const verification = signal<Verification>({
  isRunning: false,
  report: undefined,
  error: undefined,
  isKnownBridge: true,
});

/** Verifies everything anew. */
export const verifyNow = async (): Promise<void> => {
  if (verification.value.isRunning) return;
  verification.value = { ...verification.value, isRunning: true, error: undefined };
  try {
    const report = await askVerifier({ type: "verify" });
    const isKnownBridge = isSameBridge(report.proofSet.bridgeId);
    verification.value = { isRunning: false, report, error: undefined, isKnownBridge };
  } catch (error) {
    const failure = asError(error);
    verification.value = { ...verification.value, isRunning: false, report: undefined, error: failure };
  }
};

/** Tells whether something was found not to hold: nothing may be moved here then. */
export const isDistrusted = (): boolean => {
  const { report, error, isKnownBridge } = verification.value;
  const isProofBad = error instanceof RelayerError && /^(?:proof\/|decode\/|page\/bridge$)/.test(error.code);
  return !isKnownBridge || isProofBad || (report !== undefined && hasFailed(report));
};

export const VerifyPage = () => {
  const { isRunning, report, error, isKnownBridge } = verification.value;
  return (
    <>
      <h1>{T.title}</h1>
      <p class="intro">{T.intro}</p>
      <p class="bar">
        <button type="button" class="main" disabled={isRunning} onClick={() => void verifyNow()}>
          {isRunning ? <span class="busy">{T.running}</span> : T.run}
        </button>
        {report === undefined ? null : (
          <button type="button" onClick={() => saveFile(FILE, report.proofSet)}>
            {T.proofSet}
          </button>
        )}
      </p>
      <Walking />
      {isKnownBridge ? null : (
        <div class="banner bad" role="alert">
          <p>{T.changed}</p>
        </div>
      )}
      {error === undefined ? null : (
        <div class="banner bad" role="alert" data-verdict="bad">
          <p>
            {T.failed} <span class="mono">{error instanceof RelayerError ? error.code : ""}</span> {explain(error)}
          </p>
        </div>
      )}
      {report === undefined ? null : (
        <>
          <Verdict report={report} />
          <CheckGroups checks={report.checks} folded={false} />
          <Offline name={FILE} />
        </>
      )}
    </>
  );
};
