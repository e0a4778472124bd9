precision highp float;
uniform sampler2D picture;
uniform float strength;
in vec2 vUv;
out vec4 colour;

void main() {
  vec4 found = texture(picture, vUv);
  if (found.a < 0.004) discard;
  colour = vec4(found.rgb, found.a * strength);
}
