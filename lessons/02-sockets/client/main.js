import { io } from "/static/vendor/socket.io.esm.min.js";
import { inspectConnection } from "./inspector.js";
import { fallBackToPolling } from "./polling.js";
import { enableWaves } from "./waves.js";

// Connects last, so that no module misses the first packets.
const socket = io({ autoConnect: false });

fallBackToPolling(socket);
inspectConnection(socket);
enableWaves(socket);

socket.connect();
