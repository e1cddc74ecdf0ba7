// [data-muted]: folds away the posts of the people whom this reader muted, for posts that arrive
// without the page. The server folds those that come with it.
const thread = document.querySelector("[data-muted]");
const muted = new Set(thread?.dataset.muted.split(" ").filter(Boolean));

function fold(post) {
  if (!muted.has(post.dataset.author) || post.closest("[data-fold]")) return;
  const holder = thread.querySelector("[data-fold-template]").content.cloneNode(true);
  const details = holder.querySelector("[data-fold]");
  post.replaceWith(holder);
  details.append(post);
}

if (muted.size) document.addEventListener("hallway:placed", ({ target }) => fold(target));
