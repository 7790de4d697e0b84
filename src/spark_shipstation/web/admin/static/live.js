// Parts of a page that keep themselves fresh: <div data-live="/address" data-every="5">. The server sends the part as
// HTML; it is put in place only where it has changed, so that a screen reader says nothing twice. With data-now the first
// one is asked for at once: the page came without it.
for (const part of document.querySelectorAll("[data-live]")) {
  const every = Number(part.dataset.every || 5) * 1000;
  const sent = document.createElement("template");
  let before = part.innerHTML.trim();
  let failed = 0;

  async function refresh() {
    if (!document.hidden) {
      try {
        const answer = await fetch(part.dataset.live, { headers: { Accept: "text/html" }, redirect: "error" });
        if (answer.ok) {
          sent.innerHTML = (await answer.text()).trim();
          const now = sent.innerHTML; // as the browser writes it: an apostrophe is no longer &#39;
          if (now !== before && !part.contains(document.activeElement)) {
            part.innerHTML = now;
            before = now;
          }
          failed = 0;
        } else {
          failed += 1;
        }
      } catch {
        failed += 1; // signed out, or the server is away: tried again, ever more seldom
      }
    }
    setTimeout(refresh, every * Math.min(2 ** failed, 12));
  }

  setTimeout(refresh, "now" in part.dataset ? 0 : every);
}
