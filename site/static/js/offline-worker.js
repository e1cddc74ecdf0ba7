// Shows one page when there is no network. It keeps that page and its style sheets, and nothing that
// anybody wrote: what a member reads stays out of every cache.
const KEPT = "hallway-offline";
const PAGE = "/offline/";
const PICTURES = /\/icons[^/]*\.svg$/;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const kept = await caches.open(KEPT);
    const answer = await fetch(PAGE, { cache: "reload" });
    const sheets = [...(await answer.clone().text()).matchAll(/href="([^"#]+\.(?:css|svg))["#]/g)];
    await kept.put(PAGE, answer);
    await kept.addAll(new Set(sheets.map(([, address]) => address)));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  // Back to what a form was answered with is asked of the cache alone and fails without one: the
  // browser then offers to send the form again, and nobody is offline.
  if (request.method !== "GET" && request.cache !== "default") return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(async () => (await caches.match(PAGE)) ?? Response.error()));
  } else if (request.method === "GET" && (request.destination === "style" || PICTURES.test(request.url))) {
    event.respondWith(fetch(request).catch(async () => (await caches.match(request)) ?? Response.error()));
  }
});
