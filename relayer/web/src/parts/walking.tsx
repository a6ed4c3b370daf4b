import { TEXTS } from "../texts.js";
import { walkProgress } from "../verify/verifier.js";

/** Says how far the page is on a long way: it may pass thousands of sets. */
export const Walking = () => {
  const progress = walkProgress.value;
  return progress === undefined ? null : (
    <p class="banner" role="status">
      {TEXTS.verify.walking(progress.epoch.toString(), progress.setId.toString())}
    </p>
  );
};
