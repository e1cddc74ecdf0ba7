// Asks how far a copy is while it is made; without this the page is loaded again by hand.
const EVERY = 2000;
const LONGEST = 30000;

const place = document.querySelector("[data-takeout][data-under-way]");

async function look(wait) {
  let next = wait;
  try {
    const answer = await fetch(place.dataset.takeout, { headers: { Accept: "application/json" } });
    if (answer.redirected || !answer.ok) throw new Error(answer.status);
    const { under_way: underWay, html } = await answer.json();
    if (!underWay) {
      // The whole page changes: its buttons as well.
      location.reload();
      return;
    }
    place.innerHTML = html;
    next = EVERY;
  } catch {
    next = Math.min(wait * 2, LONGEST);
  }
  setTimeout(() => look(next), next);
}

if (place) setTimeout(() => look(EVERY), EVERY);
