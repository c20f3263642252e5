import $ from "/static/vendor/jquery.module.min.js";
import { isOpen, saveDirect } from "./direct.js";
import { placeLink } from "./location.js";
import { copyOf } from "./template.js";

const SHORT_TIME = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const FULL_TIME = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

let myName;

/** Shows each message when it arrives: mine on the right, others' on the left. */
export function showMessages(socket) {
  $(document).on("chat:joined", (_event, { name }) => (myName = name));
  socket.on("message:created", receive);
  socket.on("location:created", receive);
  $(document).on("channel:opened direct:opened", (_event, { messages }) => {
    $("#messages").empty();
    messages.forEach(showMessage);
  });
}

function receive(post) {
  saveDirect(post);
  if (isOpen(post)) showMessage(post);
}

function showMessage({ author, body, mapUrl, sentAt, ...place }) {
  const item = copyOf("#message-template");
  item.toggleClass("message--own", author === myName);
  item.find(".message__author").text(author);
  if (mapUrl) item.find(".message__body").append(placeLink(place, mapUrl));
  else item.find(".message__body").text(body);
  item
    .find(".message__time")
    .attr({ datetime: sentAt, title: FULL_TIME.format(new Date(sentAt)) })
    .text(SHORT_TIME.format(new Date(sentAt)));
  $("#messages").append(item);
}
