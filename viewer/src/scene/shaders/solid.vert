precision highp float;
uniform mat4 projectionMatrix;
uniform mat4 modelViewMatrix;
in vec3 position;
in vec2 uv;
in vec4 colour;
in vec3 pattern;
out vec2 vUv;
out vec4 vColour;
flat out vec3 vPattern;

void main() {
  vUv = uv;
  vColour = colour;
  vPattern = pattern;
  gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
}
