import { effect } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { chooseTheme, chosenTheme, type Theme } from "./kept/kept.js";
import { BridgePage } from "./pages/bridge-page.js";
import { FollowPage } from "./pages/follow-page.js";
import { MovePage } from "./pages/move-page.js";
import { TransfersPage } from "./pages/transfers-page.js";
import { VerifyPage } from "./pages/verify-page.js";
import { BridgeNotice } from "./parts/bridge-notice.js";
import { hrefOf, type Page, route } from "./route.js";
import { TEXTS } from "./texts.js";

const PAGES: readonly Page[] = ["move", "transfers", "verify", "bridge"];

effect(() => {
  document.documentElement.dataset.theme = chosenTheme.value;
});

const ThemeChoice = () => (
  <label class="bar">
    <span class="unseen">{TEXTS.theme.label}</span>
    <select
      value={chosenTheme.value}
      onChange={({ currentTarget }) => chooseTheme(currentTarget.value as Theme)}
      aria-label={TEXTS.theme.label}
    >
      {(["auto", "light", "dark"] as const).map((theme) => (
        <option key={theme} value={theme}>
          {TEXTS.theme[theme]}
        </option>
      ))}
    </select>
  </label>
);

const useOnline = (): boolean => {
  const [isOnline, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const look = (): void => setOnline(navigator.onLine);
    addEventListener("online", look);
    addEventListener("offline", look);
    return () => {
      removeEventListener("online", look);
      removeEventListener("offline", look);
    };
  }, []);
  return isOnline;
};

const Shown = () => {
  const { page, subject } = route.value;
  if (page === "transfers")
    return subject === undefined ? <TransfersPage /> : <FollowPage id={subject} key={subject} />;
  if (page === "verify") return <VerifyPage />;
  if (page === "bridge") return <BridgePage />;
  return <MovePage />;
};

export const App = () => {
  const { page } = route.value;
  const isOnline = useOnline();
  useEffect(() => {
    document.title = `${TEXTS.nav[page]} · ${TEXTS.name}`;
  }, [page]);
  return (
    <>
      <a class="skip" href="#content">
        {TEXTS.skip}
      </a>
      <header class="top">
        <div>
          <a class="brand" href={hrefOf("move")}>
            <img src="./icon.svg" alt="" />
            {TEXTS.name}
          </a>
          <nav aria-label={TEXTS.pages}>
            {PAGES.map((name) => (
              <a key={name} href={hrefOf(name)} aria-current={name === page ? "page" : undefined}>
                {TEXTS.nav[name]}
              </a>
            ))}
          </nav>
          <ThemeChoice />
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        {isOnline ? null : (
          <div class="banner warn" role="status">
            {TEXTS.common.offline}
          </div>
        )}
        <BridgeNotice />
        <Shown />
      </main>
    </>
  );
};
