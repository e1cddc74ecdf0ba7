// Shows a post's controls to whom they belong, for posts that arrived without the page.
// The server decides in any case.
const thread = document.querySelector("[data-thread]");

function grant(post) {
  const mine = post.dataset.author === thread.dataset.me;
  post.classList.toggle("post--mine", mine);
  for (const control of post.querySelectorAll("[data-owned]")) {
    control.hidden = !(mine || thread.dataset.moderates === "yes");
  }
  for (const control of post.querySelectorAll("[data-others]")) control.hidden = mine;
  for (const control of post.querySelectorAll("[data-moderators]")) {
    control.hidden = thread.dataset.moderates !== "yes";
  }
  for (const control of post.querySelectorAll("[data-helps]")) {
    control.hidden = thread.dataset.saysHelped !== "yes";
  }
}

if (thread) document.addEventListener("hallway:placed", ({ target }) => grant(target));
