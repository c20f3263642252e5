import { io } from "/static/vendor/socket.io.esm.min.js";
import { enableChannels } from "./channels.js";
import { enableComposer } from "./composer.js";
import { enableDirect } from "./direct.js";
import { inspectConnection } from "./inspector.js";
import { askForName } from "./join.js";
import { enableLogOut } from "./leave.js";
import { enableLocation } from "./location.js";
import { showMessages } from "./messages.js";
import { showNotices } from "./notices.js";
import { listPeople } from "./people.js";
import { fallBackToPolling } from "./polling.js";
import { comeBack } from "./reconnect.js";
import { followMessages } from "./scroll.js";
import { showTyping } from "./typing.js";
import { enableWaves } from "./waves.js";

// Connects last, so that no module misses the first packets.
const socket = io({ autoConnect: false });

fallBackToPolling(socket);
inspectConnection(socket);
// First: the modules below ask it which conversation is open.
enableDirect(socket);
enableWaves(socket);
askForName(socket);
showNotices(socket);
enableComposer(socket);
showMessages(socket);
listPeople(socket);
enableLogOut(socket);
comeBack(socket);
enableChannels(socket);
enableLocation(socket);
followMessages();
showTyping(socket);

socket.connect();
