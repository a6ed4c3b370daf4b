// Keeps the page's own files for when there is no network; what the relayer says is never kept.
const CACHE = "pdiem-1";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(["./", "./icon.svg", "./manifest.webmanifest"])));
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  const drop = async () => {
    for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(drop());
});

const isOwn = (url) =>
  url.origin === self.location.origin && !/\/(?:api|queues|metrics|healthz|readyz)\b/.test(url.pathname);

const fromNetwork = async (request) => {
  const response = await fetch(request);
  if (response.ok) await (await caches.open(CACHE)).put(request, response.clone());
  return response;
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || !isOwn(url)) return;
  const answer = async () => {
    const kept = await caches.match(request);
    if (kept !== undefined && url.pathname.includes("/assets/")) return kept;
    try {
      return await fromNetwork(request);
    } catch (error) {
      if (kept !== undefined) return kept;
      throw error;
    }
  };
  event.respondWith(answer());
});
