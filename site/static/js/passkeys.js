// What allauth's scripts leave out: a word when no passkey was given, or when there can be none here.
const place = document.querySelector("[data-passkey-trouble]");
const notice = place?.querySelector(".notice");
const button = document.getElementById("passkey-use");

if (place && !window.PublicKeyCredential) {
  notice.querySelector("span").textContent = place.dataset.noPasskeys;
  notice.hidden = false;
  if (button) button.disabled = true;
}

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  if (notice) notice.hidden = false;
});

button?.addEventListener("click", () => {
  notice.hidden = true;
});
