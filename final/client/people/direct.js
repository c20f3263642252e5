import $ from "../../static/vendor/jquery.slim.module.min.js";
import { putChannel } from "../channels/channels.js";
import { request } from "../lib/request.js";
import { store } from "../lib/store.js";

/** Opens the direct messages with a person, and closes all dialogs. Returns an error, if there is one. */
export async function openDirect(socket, user) {
  const { ok, error } = await request(socket, "direct:open", { user });
  if (error) return error;
  $("dialog[open]").each((_index, dialog) => dialog.close());
  putChannel(ok);
  store.emit("channel:wanted", { channel: ok.id });
}
