// Keeps a page up to date: asks for it again when the server says that something changed, and
// takes over the parts marked data-live that differ. Only what the server escaped gets in.
import { localise } from "/assets/times.js";

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
    localise(page);
    for (const old of document.querySelectorAll("[data-live]")) {
      const fresh = page.getElementById(old.id);
      if (fresh) keepOpen(old, fresh);
      const held = document.activeElement, isWithin = old.contains(held);
      if (!fresh || !old.isConnected || isWithin && held.matches("input, select, textarea")) continue;
      if (old.isEqualNode(fresh)) continue;
      merge(old, document.adoptNode(fresh));
      if (isWithin && !held.isConnected) focusLike(old, held);
    }
  }

  // Whoever walks by keyboard stays where they were, on the new one of the same kind.
  function focusLike(within, gone) {
    const isAlike = (one) => one.textContent === gone.textContent && one.getAttribute("href") === gone.getAttribute("href");
    const found = [...within.querySelectorAll(gone.tagName)].find(isAlike);
    if (found) found.focus({ preventScroll: true });
  }

  // What somebody opened stays open.
  function keepOpen(old, fresh) {
    for (const one of old.querySelectorAll("details[id][open]")) {
      const other = fresh.querySelector(`#${CSS.escape(one.id)}`);
      if (other) other.open = true;
    }
  }

  // What is equal stays where it is, so that a screen reader is told of what is new only.
  function merge(old, fresh) {
    for (const one of fresh.attributes) old.setAttribute(one.name, one.value);
    let here = old.firstChild;
    for (const one of [...fresh.childNodes]) {
      let same = here;
      while (same && !same.isEqualNode(one)) same = same.nextSibling;
      if (!same) { old.insertBefore(one, here); continue; }
      while (here !== same) { const gone = here; here = here.nextSibling; gone.remove(); }
      here = here.nextSibling;
    }
    while (here) { const gone = here; here = here.nextSibling; gone.remove(); }
  }

  let source = null;

  function listen() {
    if (source || document.hidden) return;
    source = new EventSource(about);
    source.addEventListener("changed", refresh);
    source.addEventListener("open", () => {
      document.body.dataset.link = "live";
      // What changed after the page was made and before the stream heard of it, or while it was lost.
      refresh();
    });
    source.addEventListener("error", () => { document.body.dataset.link = "lost"; });
  }

  function stop() {
    if (source) source.close();
    source = null;
  }

  // A browser has six connections to one server: pages that nobody sees must not hold them all.
  document.addEventListener("visibilitychange", () => { if (document.hidden) stop(); else listen(); });
  addEventListener("pagehide", stop);
  addEventListener("pageshow", listen);
  listen();
})();
