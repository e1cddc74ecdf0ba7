// <time data-local datetime="2026-03-04T17:00:00Z">: the server writes UTC, the reader sees their own zone.
// data-local="" gives date and time with the zone, "date", "time" (with the zone) one of them;
// "words" gives "3 hours ago" for a week, then the date, with the exact time as its title.
const lang = document.documentElement.lang || undefined;
const formats = {
  exact: new Intl.DateTimeFormat(lang, { weekday: "short", day: "numeric", month: "long", year: "numeric", hour: "numeric", minute: "2-digit", timeZoneName: "short" }),
  date: new Intl.DateTimeFormat(lang, { day: "numeric", month: "long", year: "numeric" }),
  time: new Intl.DateTimeFormat(lang, { hour: "numeric", minute: "2-digit", timeZoneName: "short" }),
};
const ago = new Intl.RelativeTimeFormat(lang, { numeric: "auto" });
const units = [["day", 86400], ["hour", 3600], ["minute", 60]];

function inWords(moment) {
  const seconds = (moment - Date.now()) / 1000;
  if (Math.abs(seconds) > 7 * 86400) return formats.date.format(moment);
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) return ago.format(Math.trunc(seconds / size), unit);
  }
  return ago.format(0, "minute");
}

export function localise(root = document) {
  for (const time of root.querySelectorAll("time[data-local][datetime]")) {
    const moment = new Date(time.dateTime);
    if (Number.isNaN(moment.valueOf())) continue;
    const form = time.dataset.local || "exact";
    const text = form === "words" ? inWords(moment) : (formats[form] ?? formats.exact).format(moment);
    if (time.textContent !== text) time.textContent = text;
    if (form !== "exact") time.title = formats.exact.format(moment);
  }
}

localise();
document.addEventListener("hallway:placed", ({ target }) => localise(target));
setInterval(localise, 60_000);
