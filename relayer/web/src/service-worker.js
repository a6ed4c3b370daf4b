// Keeps the page's own files for when there is no network; what the relayer says is never kept.
// What stands in these two is filled in when the bundle is built.
const FILES = ["__FILES__"];
const CACHE = "pdiem-__VERSION__";

const named = (name) => new URL(name, self.registration.scope).href;
const OWN = new Set(FILES.map(named));

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([...OWN])));
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  const drop = async () => {
    for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(drop());
});

// The page itself is asked for first, so that a new one is seen; its parts are named by content.
const answer = async (request) => {
  const isPage = request.mode === "navigate";
  const kept = await caches.match(request, { ignoreSearch: true, cacheName: CACHE });
  if (kept !== undefined && !isPage) return kept;
  try {
    return await fetch(request);
  } catch (error) {
    if (kept !== undefined) return kept;
    throw error;
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method === "GET" && OWN.has(request.url.replace(/[?#].*$/, ""))) event.respondWith(answer(request));
});
