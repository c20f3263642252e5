// The workshop keeps as many.
const KEPT_FRAMES = 2000;

/**
 * The one list of frames that all views show. Only the newest are kept. Triggers
 * "change" when what is to be shown has changed.
 */
export class Tape extends EventTarget {
  frames = [];
  dropped = 0;
  isPaused = false;
  /** What came while the tape was paused. */
  waiting = [];
  /** Which frames are to be shown. */
  isWanted = () => true;

  /** Takes what has come, and how many frames before it nobody has any more. */
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

  /** Views draw once for all that has come since the last time. */
  changed() {
    this.drawing ??= requestAnimationFrame(() => {
      this.drawing = undefined;
      this.dispatchEvent(new Event("change"));
    });
  }
}
