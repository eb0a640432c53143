// Keeps a page up to date: asks for it again when the server says that something changed, and
// takes over the parts marked data-live that differ. Only what the server escaped gets in.
"use strict";
(() => {
  const about = document.body.dataset.events;
  if (!about || !window.EventSource) return;
  let asking = false, again = false;

  async function refresh() {
    if (asking) { again = true; return; }
    asking = true;
    try {
      const answer = await fetch(location.href, { headers: { "X-Live": "1" }, credentials: "same-origin", redirect: "error" });
      if (answer.ok) take(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch (error) {
      // The next event tries again.
    }
    asking = false;
    if (again) { again = false; setTimeout(refresh, 500); }
  }

  function take(page) {
    for (const old of document.querySelectorAll("[data-live]")) {
      const fresh = page.getElementById(old.id);
      if (!fresh || old.contains(document.activeElement) && document.activeElement !== document.body) continue;
      if (!old.isEqualNode(fresh)) old.replaceWith(document.adoptNode(fresh));
    }
  }

  const source = new EventSource(about);
  source.addEventListener("changed", refresh);
  source.addEventListener("open", () => { document.body.dataset.link = "live"; });
  source.addEventListener("error", () => { document.body.dataset.link = "lost"; });
  addEventListener("pagehide", () => source.close());
})();
