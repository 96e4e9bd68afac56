// The emoji that are written by name most often; the others stay as they are written.

const BY_NAME = {
  white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", warning: "⚠️", hourglass: "⌛", hourglass_flowing_sand: "⏳",
  eyes: "👀", tada: "🎉", rocket: "🚀", wave: "👋", "+1": "👍", thumbsup: "👍", "-1": "👎", thumbsdown: "👎", heart: "❤️",
  fire: "🔥", bulb: "💡", memo: "📝", mag: "🔍", gear: "⚙️", wrench: "🔧", hammer: "🔨", robot_face: "🤖", zap: "⚡",
  stop_sign: "🛑", octagonal_sign: "🛑", no_entry: "⛔", lock: "🔒", key: "🔑", clock1: "🕐", alarm_clock: "⏰", paperclip: "📎",
  chart_with_upwards_trend: "📈", bar_chart: "📊", thinking_face: "🤔", slightly_smiling_face: "🙂", smile: "😄", joy: "😂",
  pray: "🙏", clap: "👏", raised_hands: "🙌", point_right: "👉", speech_balloon: "💬", bell: "🔔", scissors: "✂️",
  large_green_circle: "🟢", red_circle: "🔴", large_yellow_circle: "🟡", question: "❓", exclamation: "❗", sparkles: "✨",
};

export const REACTIONS = ["+1", "white_check_mark", "eyes", "tada", "rocket", "heart", "thinking_face", "x"];

export function emoji(name) {
  return BY_NAME[name] ?? `:${name}:`;
}

export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (all, name) => BY_NAME[name] ?? all);
}
