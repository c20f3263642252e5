import $ from "/static/vendor/jquery.module.min.js";

let glossary;

/** Opens a term's glossary entry in a card above the page, so that the reader doesn't lose their place. */
export function enableTerms() {
  const card = $("#term");
  if (card.length === 0) return;
  $(".prose").on("click", "a[href^='/glossary#']", async (event) => {
    // With these keys, the browser opens a new tab or window.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const link = event.currentTarget;
    const entry = await entryOf(decodeURIComponent(link.hash.slice(1)));
    // Without an entry, follow the link.
    if (!entry) return location.assign(link.href);
    card.find(".term__text").empty().append(entry);
    card.find(".term__more").attr("href", link.href);
    card[0].showPopover({ source: link });
    place(card[0], link.getBoundingClientRect());
    card.trigger("focus");
  });
}

/** A term's heading and the text up to the next heading; undefined if there is no such term. */
async function entryOf(id) {
  glossary ??= load();
  const heading = (await glossary)?.getElementById(id);
  if (!heading) return undefined;
  const entry = $(heading).add($(heading).nextUntil("h1, h2, h3")).clone().removeAttr("id");
  entry.find(".heading-link").remove();
  return entry;
}

async function load() {
  const response = await fetch("/glossary");
  if (!response.ok) return undefined;
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

/** Puts the card below the link, or above it if it doesn't fit below, and within the window's width. */
function place(card, link) {
  const { width, height } = card.getBoundingClientRect();
  const isAbove = link.bottom + height > innerHeight && link.top > height;
  card.style.top = `${isAbove ? link.top - height : link.bottom}px`;
  card.style.left = `${Math.max(0, Math.min(link.left, innerWidth - width))}px`;
}
