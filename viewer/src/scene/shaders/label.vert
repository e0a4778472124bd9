precision highp float;
uniform vec2 viewport;
in vec2 position;   // CSS pixels from the upper left
in vec2 uv;
out vec2 vUv;

void main() {
  vUv = uv;
  vec2 at = position / viewport * 2.0 - 1.0;
  gl_Position = vec4(at.x, -at.y, 0.0, 1.0);
}
