// What makes the desk quicker to use; every page works without it.
"use strict";

// Keys that lead to the page before and the next one, as the links on the page name them.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
  const way = { ArrowLeft: "prev", k: "prev", ArrowRight: "next", j: "next" }[event.key];
  const link = way && document.querySelector(`a[rel="${way}"]`);
  if (link) link.click();
});

// Files that are dropped anywhere on a page with a place for them are put into it.
for (const place of document.querySelectorAll("input[type=file][data-drop]")) {
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) place.files = event.dataTransfer.files;
  });
}
