// The workshop keeps the same number.
const KEPT_FRAMES = 2000;

/**
 * The list of frames that all views show. Only the newest frames are kept. Dispatches
 * "change" when the frames to show have changed.
 */
export class Tape extends EventTarget {
  frames = [];
  dropped = 0;
  isPaused = false;
  /** The frames that arrived while the tape was paused. */
  waiting = [];
  /** Whether a frame is to be shown. */
  isWanted = () => true;

  /** Adds new frames, and counts the frames before them that the workshop has dropped. */
  add({ entries, dropped }) {
    this.dropped += dropped;
    const list = this.isPaused ? this.waiting : this.frames;
    list.push(...entries);
    this.dropped += list.splice(0, list.length - KEPT_FRAMES).length;
    this.changed();
  }

  /** The frames to be shown, the oldest first. */
  wanted() {
    return this.frames.filter(this.isWanted);
  }

  filter(isWanted) {
    this.isWanted = isWanted;
    this.changed();
  }

  pause(isPaused) {
    this.isPaused = isPaused;
    if (isPaused) return this.changed();
    const entries = this.waiting.splice(0);
    this.add({ entries, dropped: 0 });
  }

  clear() {
    this.frames = [];
    this.waiting = [];
    this.dropped = 0;
    this.changed();
  }

  /** Tells the views, at most once for each repaint. */
  changed() {
    this.drawing ??= requestAnimationFrame(() => {
      this.drawing = undefined;
      this.dispatchEvent(new Event("change"));
    });
  }
}
