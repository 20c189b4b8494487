// Comfort only: every page can be read without it.
"use strict";
(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  all("[data-scripted]").forEach((each) => { each.hidden = false; });

  // Folded stretches: all open or all closed
  const folds = all("details.fold");
  const unfold = (open) => folds.forEach((fold) => { fold.open = open; });
  document.getElementById("everything")?.addEventListener("change", () => unfold(true));
  document.getElementById("only")?.addEventListener("change", () => unfold(false));

  // A link into a folded stretch opens it
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const fold = target?.closest("details");
    if (fold && !fold.open) { fold.open = true; target.scrollIntoView(); }
  };
  addEventListener("hashchange", reveal);
  reveal();

  // Search in tables and lists: what does not hold the words is hidden
  const search = document.getElementById("search");
  search?.addEventListener("input", () => {
    const words = search.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    all("[data-found]").forEach((each) => {
      const text = each.textContent.toLocaleLowerCase();
      each.hidden = !words.every((word) => text.includes(word));
    });
  });

  // j and k step through the changes
  const stops = all(".change, .passage.reworded, .passage.substantive, .passage.moved");
  stops.forEach((stop) => { stop.tabIndex = -1; });
  const place = () => {
    const focused = document.activeElement?.closest(".change, .passage");
    const at = stops.indexOf(focused);
    if (at >= 0) return { before: at - 1, after: at + 1 };
    const after = stops.findIndex((stop) => stop.getBoundingClientRect().top > 8);
    return after < 0 ? { before: stops.length - 1, after: stops.length } : { before: after - 1, after };
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input[type=search], input[type=text], textarea, select")) return;
    if (event.key !== "j" && event.key !== "k") return;
    const { before, after } = place();
    const next = stops[event.key === "j" ? after : before];
    if (!next) return;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "start" });
  });
})();
