import $ from "../../static/vendor/jquery.slim.module.min.js";
import { search } from "../lib/fetch.js";
import { updateList } from "../lib/keyed-list.js";
import { isMine } from "../lib/store.js";
import { copyOf } from "../lib/template.js";
import { addressOf } from "./address.js";
import { putChannel } from "./channels.js";

const dialog = document.querySelector("#browse");
const field = $("#browse-search");
// The channels of the last response, by id.
let listed = new Map();

/** The list of all public channels, with a field that narrows it. */
export function enableBrowsing() {
  $("#browse-open").on("click", () => {
    field.val("");
    dialog.showModal();
    load();
  });
  field.on("input", load);
  $("#browse-list").on("click", ".browse__name", ({ currentTarget }) => {
    dialog.close();
    // The link itself leads to the channel.
    putChannel(listed.get(Number(currentTarget.dataset.channel)));
  });
}

async function load() {
  const response = await search("/api/channels", field);
  if (!response) return;
  const { ok, error } = response;
  const channels = ok ?? [];
  $("#browse-state").text(error?.message ?? (channels.length === 0 ? "No channel found." : ""));
  listed = new Map(channels.map((channel) => [channel.id, channel]));
  updateList($("#browse-list"), channels, { keyOf: ({ id }) => id, create: () => copyOf("#browse-template"), fill });
}

function fill(item, channel) {
  const link = item.find(".browse__name").text(`# ${channel.name}`);
  link.attr({ href: addressOf(channel.id), "data-channel": channel.id });
  item.find(".browse__note").text(isMine(channel) ? "subscribed" : "");
}
