import $ from "../../static/vendor/jquery.slim.module.min.js";
import { addressOf } from "../channels/address.js";
import { placeLink } from "../composer/location.js";
import { isMine, store } from "../lib/store.js";
import { setText, updateOnce } from "../lib/update.js";
import { nameOf, showPerson } from "../people/person.js";
import { showFiles } from "./files.js";
import { showReactions } from "./reactions.js";

const SHORT_TIME = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const FULL_TIME = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

// One to three emoji, with skin colours, joiners and flags.
const ONLY_EMOJI = /^(?:\p{RGI_Emoji}\s*){1,3}$/v;

/** Fills a row with a message: mine on the right, others' on the left. */
export function fillMessage(row, message, channel, quote) {
  const { author, isDeleted, number } = message;
  row.attr({ "data-number": number, "data-client-id": message.clientId });
  const item = row.find(".message");
  item.toggleClass("message--own", author.id === store.user).toggleClass("message--deleted", isDeleted);
  showPerson(item.find(".message__header, .message__avatar"), author);
  showTime(item.find(".message__time"), message.sentAt);
  item
    .find(".message__link")
    .attr({ href: addressOf(message.channel, number), "data-channel": message.channel, "data-number": number });
  item.find(".message__edited").prop("hidden", !message.editedAt || isDeleted);
  if (message.editedAt) item.find(".message__edited").attr("title", fullTime(message.editedAt));
  item.toggleClass("message--emoji", !isDeleted && ONLY_EMOJI.test(message.body.trim()));
  showBody(item.find(".message__body"), message);
  showFiles(item.find(".files"), message.files);
  showQuote(item.find(".quote"), message.channel, !isDeleted && quote);
  showReactions(item.find(".reactions"), message, isMine(channel));
  item.find(".message__actions").prop("hidden", isDeleted);
  item.find(".message__quick").prop("hidden", !isMine(channel));
}

/** Shows a short time, and the full date and time on hover. */
function showTime(element, time) {
  element.attr({ datetime: time, title: fullTime(time) });
  setText(element, SHORT_TIME.format(new Date(time)));
}

/** Shows a quote of a message, which may be deleted by now. */
export function showQuote(element, channel, quote) {
  element.prop("hidden", !quote);
  if (!quote) return;
  element.attr({ href: addressOf(channel, quote.number), "data-channel": channel, "data-number": quote.number });
  setText(element.find(".quote__author"), nameOf(quote.author));
  setText(element.find(".quote__text"), quote.isDeleted ? "This message was deleted." : quote.excerpt);
}

function showBody(body, { html, isDeleted, place }) {
  updateOnce(body[0], [html, isDeleted, place], () => {
    if (isDeleted) body.text("This message was deleted.");
    else if (place) body.empty().append(placeLink(place));
    else {
      body[0].innerHTML = html.trim(); // Only here, data becomes HTML: the server has sanitized it.
      body.find("a").each((_index, link) => markNamed(link));
    }
  });
}

/** Marks a link whose text is not its address: on paper, the address follows the text. */
function markNamed(link) {
  const bare = (address) => address.replace(/^(https?:\/\/|mailto:)/, "");
  $(link).toggleClass("link--named", bare(link.getAttribute("href") ?? "") !== bare(link.textContent));
}

function fullTime(time) {
  return FULL_TIME.format(new Date(time));
}
