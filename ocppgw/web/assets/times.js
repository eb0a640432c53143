// Writes times in the zone of the browser. The server says them in UTC, which stays in the title.
const format = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "medium" });
const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

// Also for a page that was fetched and is not shown yet.
export function localise(page) {
  for (const one of page.querySelectorAll("time[data-at]")) {
    const at = new Date(one.dateTime);
    // One that cannot be read stays in UTC, and keeps no other from being shown.
    if (!isNaN(at)) one.textContent = format.format(at);
    delete one.dataset.at;
  }
  // What is typed is meant in the same zone: the server is told which.
  for (const one of page.querySelectorAll("[data-zone]")) {
    if (one instanceof HTMLInputElement) one.value = zone; else one.textContent = zone;
  }
}

localise(document);
