// Adds new requests to the log each second. Everything else works without a script.
const rows = document.getElementById("requests");
if (rows) {
  const pause = document.getElementById("pause");
  document.getElementById("live").hidden = false;
  pause.addEventListener("click", () => pause.setAttribute("aria-pressed", String(pause.getAttribute("aria-pressed") !== "true")));
  const refresh = async () => {
    if (pause.getAttribute("aria-pressed") === "true" || document.hidden) return;
    const response = await fetch("/dashboard/log/rows?after=" + (rows.firstElementChild?.dataset.seq ?? 0));
    if (!response.ok) return;
    rows.insertAdjacentHTML("afterbegin", await response.text());
    while (rows.children.length > 200) rows.lastElementChild.remove();
  };
  setInterval(() => refresh().catch(() => {}), 1000);
}
