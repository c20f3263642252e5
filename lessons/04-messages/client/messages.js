import $ from "/static/vendor/jquery.module.min.js";
import { copyOf } from "./template.js";

const SHORT_TIME = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const FULL_TIME = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

let myName;

/** Shows each message when it arrives: mine on the right, others' on the left. */
export function showMessages(socket) {
  $(document).on("chat:joined", (_event, { name }) => (myName = name));
  socket.on("message:created", showMessage);
}

function showMessage({ author, body, sentAt }) {
  const item = copyOf("#message-template");
  item.toggleClass("message--own", author === myName);
  item.find(".message__author").text(author);
  item.find(".message__body").text(body);
  item
    .find(".message__time")
    .attr({ datetime: sentAt, title: FULL_TIME.format(new Date(sentAt)) })
    .text(SHORT_TIME.format(new Date(sentAt)));
  $("#messages").append(item);
}
